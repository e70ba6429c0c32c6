import { randomBytes, randomUUID } from 'node:crypto';
import { formatConnectionString } from '@jetstream-console/contract';
import { newSecrets } from './connectionSecrets';

const secret = (): string => randomBytes(24).toString('base64url');

/**
 * Every secret that docker-compose.yml asks for, made anew. The connection string and its parts say the same, once for
 * the api and once for Grafana's provisioning.
 */
export function environmentValues(apiUrl = 'http://api:8080') {
  const connectionId = randomUUID();
  const secrets = newSecrets(connectionId);
  return {
    POSTGRES_PASSWORD: secret(),
    CONSOLE_DATABASE_PASSWORD: secret(),
    CLICKHOUSE_PASSWORD: secret(),
    REDIS_PASSWORD: secret(),
    NATS_PASSWORD: secret(),
    CONSOLE_MASTER_KEY: randomBytes(32).toString('base64'),
    CONSOLE_ADMIN_PASSWORD: secret(),
    GRAFANA_ADMIN_PASSWORD: secret(),
    CONSOLE_GRAFANA_CONNECTION: formatConnectionString({ apiUrl, connectionId, ...secrets }),
    JETSTREAM_CONSOLE_CONNECTION_ID: connectionId,
    JETSTREAM_CONSOLE_PROXY_SECRET: secrets.proxySecret,
    JETSTREAM_CONSOLE_GATEWAY_SECRET: secrets.gatewaySecret,
  };
}

/** The same as the lines of an .env file. */
export const environmentFile = (values: Readonly<Record<string, string>> = environmentValues()): string =>
  `${Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
