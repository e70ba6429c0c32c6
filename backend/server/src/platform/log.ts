import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import type { Config } from './config';

export type { Logger };

/** Keys whose values never reach a log, wherever they stand in an object. */
const secretKeys = [
  'password',
  'token',
  'accessToken',
  'secret',
  'proxySecret',
  'gatewaySecret',
  'connectionString',
  'seed',
  'creds',
  'jwt',
  'clientKey',
  'authorization',
  'cookie',
  'x-grafana-id',
  'x-console-proxy-secret',
];
const paths = secretKeys.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`, `*.*.*["${key}"]`]);

/** JSON lines on stdout, or where they are sent to. A healthy server logs no ERROR. */
export function makeLog(config: Pick<Config, 'logLevel'>, name: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    name,
    level: config.logLevel,
    redact: { paths, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  return destination ? pino(options, destination) : pino(options);
}
