import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import type { Config } from './config';
import type { Logger } from './log';

/** The console's own engines besides PostgreSQL. All of them may be away: nothing here throws at start. */
export interface Engines {
  readonly redis: Redis;
  readonly clickhouse: ClickHouseClient;
  /** The one connection to the console's own NATS, made when first asked for. @throws when it cannot be reached */
  nats(): Promise<NatsConnection>;
  /** Each check rejects with the reason, within three seconds. */
  readonly checks: Readonly<Record<'clickhouse' | 'redis' | 'nats', () => Promise<void>>>;
  close(): Promise<void>;
}

const checkTimeoutMs = 3000;

/** Rejects when `work` has not settled in time; `work` itself goes on. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Keeps one connection to the console's own NATS, made when first needed and again after it failed. */
function ownNats(config: Config, log: Logger) {
  const [url, ...others] = config.natsUrl.split(',').map((text) => new URL(text.trim()));
  if (!url) throw new Error('NATS_URL is empty');
  let pending: Promise<NatsConnection> | null = null;
  const open = () => {
    pending ??= connect({
      servers: [url, ...others].map(({ hostname, port }) => `${hostname}:${port || '4222'}`),
      user: decodeURIComponent(url.username) || undefined,
      pass: decodeURIComponent(url.password) || undefined,
      ...(url.protocol === 'tls:' && { tls: {} }),
      name: 'jetstream-console',
      timeout: checkTimeoutMs,
      maxReconnectAttempts: -1,
    }).catch((error: unknown) => {
      pending = null;
      throw error;
    });
    return pending;
  };
  return {
    open,
    check: async () => {
      await within(
        checkTimeoutMs,
        'NATS',
        open().then((nc) => nc.flush()),
      );
    },
    close: async () => {
      const nc = await pending?.catch((error: unknown) => {
        log.debug({ err: error }, 'own NATS was never reached');
        return null;
      });
      await nc?.close();
    },
  };
}

export function openEngines(config: Config, log: Logger): Engines {
  // Commands fail at once while Redis is away instead of queueing: whoever asks has another way.
  const redis = new Redis(config.redisUrl, {
    lazyConnect: true,
    enableOfflineQueue: false,
    connectTimeout: checkTimeoutMs,
    commandTimeout: 500,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 200, 5000),
  });
  let redisLost = false;
  redis.on('error', (error: Error) => {
    if (!redisLost) log.warn({ err: error }, 'Redis is away; limits are kept in this process meanwhile');
    redisLost = true;
  });
  redis.on('ready', () => {
    redisLost = false;
  });
  redis.connect().catch((error: unknown) => log.debug({ err: error }, 'Redis was not there at start'));

  const clickhouse = createClient({
    url: config.clickhouseUrl,
    request_timeout: 30_000,
    application: 'jetstream-console',
    // Whoever asks logs what went wrong, once and in this server's form.
    log: { level: ClickHouseLogLevel.OFF },
  });
  const nats = ownNats(config, log);
  return {
    redis,
    clickhouse,
    nats: nats.open,
    checks: {
      clickhouse: async () => {
        const answer = await within(checkTimeoutMs, 'ClickHouse', clickhouse.ping());
        if (!answer.success) throw answer.error;
      },
      redis: async () => {
        await within(checkTimeoutMs, 'Redis', redis.ping());
      },
      nats: nats.check,
    },
    close: async () => {
      redis.disconnect();
      await Promise.all([clickhouse.close(), nats.close()]);
    },
  };
}
