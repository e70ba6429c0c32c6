import { randomBytes, randomUUID } from 'node:crypto';
import { formatConnectionString } from '@jetstream-console/contract';
import { newSecrets } from './tenants/connectionSecrets';

const secret = (): string => randomBytes(24).toString('base64url');

/**
 * Every secret that docker-compose.yml asks for, made anew: the lines of an .env file. The connection string and its
 * parts say the same, once for the api and once for Grafana's provisioning.
 */
export function environmentFile(apiUrl = 'http://api:8080'): string {
  const connectionId = randomUUID();
  const secrets = newSecrets(connectionId);
  const values = {
    POSTGRES_PASSWORD: secret(),
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
  return `${Object.entries(values)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}

process.stdout.write(environmentFile());
