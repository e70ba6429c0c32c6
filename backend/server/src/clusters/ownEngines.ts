import type { Config } from '../platform/config';

/** The console's own engines, which a cluster's URL must not reach. */
export function ownEngines(config: Config): { host: string; port: number }[] {
  const usual: Record<string, number> = {
    'postgres:': 5432,
    'postgresql:': 5432,
    'http:': 8123,
    'https:': 8443,
    'redis:': 6379,
    'rediss:': 6379,
    'nats:': 4222,
    'tls:': 4222,
  };
  const { owner, app, system } = config.database;
  return [
    owner,
    app,
    system,
    config.clickhouseUrl,
    config.redisUrl,
    ...config.natsUrl.split(',').map((url) => url.trim()),
  ]
    .filter((text) => text !== null)
    .map((text) => {
      const url = new URL(text);
      return { host: url.hostname, port: url.port ? Number(url.port) : (usual[url.protocol] ?? 0) };
    });
}
