import ipaddr from 'ipaddr.js';
import { parseConnectionString, type Pairing } from '@jetstream-console/contract';
import { z } from 'zod';

export interface MasterKey {
  readonly id: string;
  readonly key: Buffer;
}

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
/** `10.0.0.0/8`, or one address. */
const networks = list.refine(
  (entries) => entries.every((entry) => ipaddr.isValidCIDR(entry) || ipaddr.isValid(entry)),
  'must be addresses or networks such as 10.0.0.0/8, separated by commas',
);
const url = (protocols: RegExp, example: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocols.test(new URL(text).protocol), `must be a URL such as ${example}`);
/** One, or several of a cluster. */
const urls = (protocols: RegExp, example: string) =>
  z
    .string()
    .refine(
      (text) => text.split(',').every((part) => url(protocols, example).safeParse(part.trim()).success),
      `must be URLs such as ${example}, separated by commas`,
    );
const perMinute = (fallback: number) => z.coerce.number().int().min(1).default(fallback);
const key = z
  .string()
  .refine(
    (text) => Buffer.from(text, 'base64').length === 32,
    'must be 32 random bytes in base64: openssl rand -base64 32',
  )
  .transform((text) => Buffer.from(text, 'base64'));

const keyId = z.string().regex(/^[a-z0-9_-]{1,32}$/i, 'letters, digits, _ and -');
const oldKeys = list.transform((entries, ctx) =>
  entries.flatMap((entry): MasterKey[] => {
    const [id = '', text = ''] = entry.split(':');
    const parsed = key.safeParse(text);
    if (keyId.safeParse(id).success && parsed.success) return [{ id, key: parsed.data }];
    ctx.addIssue({ code: 'custom', message: 'must be id:base64 pairs, separated by commas' });
    return [];
  }),
);

const connectionString = z.string().transform((text, ctx): Pairing => {
  try {
    return parseConnectionString(text);
  } catch {
    ctx.addIssue({ code: 'custom', message: 'must be a whole connection string: it starts with jsc1.' });
    return z.NEVER;
  }
});

const environment = z.object({
  CONSOLE_ENV: z.enum(['production', 'development']).default('production'),
  HOST: z.string().default('0.0.0.0'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  PUBLIC_URL: url(/^https?:$/, 'http://console:8080').optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),

  DATABASE_URL: url(/^postgres(ql)?:$/, 'postgres://owner:secret@host:5432/console'),
  DATABASE_APP_URL: url(/^postgres(ql)?:$/, 'postgres://app:secret@host:5432/console').optional(),
  DATABASE_SYSTEM_URL: url(/^postgres(ql)?:$/, 'postgres://system:secret@host:5432/console').optional(),
  CLICKHOUSE_URL: url(/^https?:$/, 'http://user:secret@host:8123/console'),
  REDIS_URL: url(/^rediss?:$/, 'redis://:secret@host:6379'),
  NATS_URL: urls(/^(nats|tls):$/, 'nats://user:secret@host:4222'),

  CONSOLE_MASTER_KEY: key,
  CONSOLE_MASTER_KEY_ID: keyId.default('k1'),
  CONSOLE_OLD_MASTER_KEYS: oldKeys,
  CONSOLE_ADMIN_LOGIN: z.string().trim().min(3).max(254).optional(),
  CONSOLE_ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').optional(),
  CONSOLE_ORGANIZATION: z.string().trim().min(1).max(120).default('Main'),
  CONSOLE_GRAFANA_CONNECTION: connectionString.optional(),
  CONSOLE_GRAFANA_URL: url(/^https?:$/, 'https://grafana.example.org').optional(),
  CONSOLE_GRAFANA_KEYS_URL: url(/^https?:$/, 'http://grafana:3000/api/signing-keys/keys').optional(),

  NATS_ALLOWED_NETWORKS: networks,
  TRUSTED_PROXIES: networks,
  RATE_LIMIT_ADDRESS_PER_MINUTE: perMinute(6000),
  RATE_LIMIT_PRINCIPAL_PER_MINUTE: perMinute(1200),
  AUDIT_DAYS: z.coerce.number().int().min(1).max(3650).default(365),
  UPLOAD_QUIET_MINUTES: z.coerce.number().int().min(0).max(1440).default(60),
  SESSION_MINUTES: z.coerce.number().int().min(1).max(1440).default(60),

  COLLECT_SECONDS: z.coerce.number().int().min(5).max(3600).default(15),
  NATS_STREAM_PREFIX: z
    .string()
    .regex(/^[A-Z][A-Z0-9]{0,31}$/, 'up to 32 capital letters and digits')
    .default('CONSOLE'),
  NATS_STREAM_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
  METRICS_BUFFER_MB: z.coerce.number().int().min(16).max(1_000_000).default(1024),
  METRICS_BUFFER_HOURS: z.coerce.number().int().min(1).max(720).default(72),
  WORKER_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
});

/** Variables that are nothing without one another. */
const together = [
  ['CONSOLE_ADMIN_LOGIN', 'CONSOLE_ADMIN_PASSWORD'],
  ['CONSOLE_GRAFANA_CONNECTION', 'CONSOLE_GRAFANA_URL'],
] as const;

/** One of two that go together without the other. */
const halves = (given: Readonly<Record<string, string | undefined>>): string[] =>
  together.flatMap(([first, second]) => {
    const [present, absent] = given[first] === undefined ? [second, first] : [first, second];
    return given[present] !== undefined && given[absent] === undefined
      ? [`  ${absent}: is missing; ${present} is set, and the two go together`]
      : [];
  });

export interface Config {
  readonly development: boolean;
  readonly host: string;
  readonly port: number;
  /** where Grafana reaches this api; goes into connection strings */
  readonly publicUrl: string | null;
  readonly logLevel: z.infer<typeof environment>['LOG_LEVEL'];
  readonly database: { readonly owner: string; readonly app: string | null; readonly system: string | null };
  readonly clickhouseUrl: string;
  readonly redisUrl: string;
  /** one URL, or several of one cluster, separated by commas */
  readonly natsUrl: string;
  /** the first one seals, all of them open */
  readonly masterKeys: readonly [MasterKey, ...MasterKey[]];
  readonly firstAdmin: { readonly login: string; readonly password: string } | null;
  readonly firstOrganization: string;
  /** the Grafana that is bound to the first organization; `keysUrl` where its keys are fetched another way */
  readonly firstGrafana: { readonly connection: Pairing; readonly url: string; readonly keysUrl: string | null } | null;
  readonly allowedNetworks: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly limits: { readonly addressPerMinute: number; readonly principalPerMinute: number };
  readonly sessionMinutes: number;
  /** how long PostgreSQL keeps an audit record that ClickHouse has */
  readonly auditDays: number;
  /** a writer of an object that was quiet for longer has gone away */
  readonly uploadQuietMinutes: number;
  readonly metrics: {
    /** between two collections of a cluster; longer while it answers slowly */
    readonly collectSeconds: number;
    /** first part of the names of the console's own streams, so that installations can share one NATS */
    readonly streamPrefix: string;
    readonly streamReplicas: number;
    /** what may wait for ClickHouse; beyond it new samples are refused */
    readonly bufferBytes: number;
    readonly bufferHours: number;
  };
  /** where a worker tells its health and figures; null: nowhere */
  readonly workerPort: number | null;
}

/** What is wrong with the environment, a line each; nothing of a value is shown, since values are secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** @throws ConfigError with every fault at once, readable by a person */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(given);
  const faults = halves(given);
  if (!parsed.success || faults.length > 0) {
    const lines = (parsed.error?.issues ?? []).map((issue) => {
      const name = String(issue.path[0]);
      return `  ${name}: ${given[name] === undefined ? 'is missing' : issue.message}`;
    });
    lines.push(...faults);
    throw new ConfigError(
      `The configuration is not usable:\n${lines.join('\n')}\nEvery variable is described in docs/configuration.md.`,
    );
  }
  const e = parsed.data;
  return {
    development: e.CONSOLE_ENV === 'development',
    host: e.HOST,
    port: e.PORT,
    publicUrl: e.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    logLevel: e.LOG_LEVEL,
    database: { owner: e.DATABASE_URL, app: e.DATABASE_APP_URL ?? null, system: e.DATABASE_SYSTEM_URL ?? null },
    clickhouseUrl: e.CLICKHOUSE_URL,
    redisUrl: e.REDIS_URL,
    natsUrl: e.NATS_URL,
    masterKeys: [{ id: e.CONSOLE_MASTER_KEY_ID, key: e.CONSOLE_MASTER_KEY }, ...e.CONSOLE_OLD_MASTER_KEYS],
    firstAdmin:
      e.CONSOLE_ADMIN_LOGIN && e.CONSOLE_ADMIN_PASSWORD
        ? { login: e.CONSOLE_ADMIN_LOGIN, password: e.CONSOLE_ADMIN_PASSWORD }
        : null,
    firstOrganization: e.CONSOLE_ORGANIZATION,
    firstGrafana:
      e.CONSOLE_GRAFANA_CONNECTION && e.CONSOLE_GRAFANA_URL
        ? {
            connection: e.CONSOLE_GRAFANA_CONNECTION,
            url: e.CONSOLE_GRAFANA_URL,
            keysUrl: e.CONSOLE_GRAFANA_KEYS_URL ?? null,
          }
        : null,
    allowedNetworks: e.NATS_ALLOWED_NETWORKS,
    trustedProxies: e.TRUSTED_PROXIES,
    limits: {
      addressPerMinute: e.RATE_LIMIT_ADDRESS_PER_MINUTE,
      principalPerMinute: e.RATE_LIMIT_PRINCIPAL_PER_MINUTE,
    },
    sessionMinutes: e.SESSION_MINUTES,
    auditDays: e.AUDIT_DAYS,
    uploadQuietMinutes: e.UPLOAD_QUIET_MINUTES,
    metrics: {
      collectSeconds: e.COLLECT_SECONDS,
      streamPrefix: e.NATS_STREAM_PREFIX,
      streamReplicas: e.NATS_STREAM_REPLICAS,
      bufferBytes: e.METRICS_BUFFER_MB * 1024 * 1024,
      bufferHours: e.METRICS_BUFFER_HOURS,
    },
    workerPort: e.WORKER_PORT ?? null,
  };
}

/** Every variable this server reads, for docs and for the test that compares compose with it. */
export const configNames = Object.keys(environment.shape);
