import { bytes, count, duration, grade, percent } from './say';
import type { Finding, Rule, ServerNow, World } from './world';

const subject = ({ server }: ServerNow) => ({ kind: 'server', server }) as const;
const known = (world: World) => world.servers.filter(({ state }) => state === 'ok');

const missing: Rule = {
  id: 'server_missing',
  source: 'jsm.go audit META_001',
  holds: { of: 'server', sql: "state = 'unknown'" },
  find: ({ servers }) =>
    servers
      .filter(({ state }) => state === 'unknown')
      .map((s) => ({
        severity: 'critical',
        title: `${s.server} does not answer`,
        subject: subject(s),
        evidence: 'It was there within the last hour or is named by the meta group, and does not answer now.',
        cure: 'Look at its process and its network. If it was taken away on purpose, remove it with "nats server cluster peer-remove".',
      })),
};

/** jsm.go audit SERVER_003: more than 90 % of its cores */
const cpu: Rule = {
  id: 'server_cpu',
  source: 'jsm.go audit SERVER_003',
  holds: { of: 'server', sql: 'cpu > 90 * cores' },
  find: (world) =>
    known(world)
      .filter((s) => s.cores !== null && s.cores > 0 && s.minCpu !== null && s.minCpu > 90 * s.cores)
      .map((s) => ({
        severity: 'warning',
        title: `${s.server} is out of CPU`,
        subject: subject(s),
        evidence: `${count(s.cpu ?? 0)} % of ${count(s.cores ?? 0)} cores, never less than ${count(s.minCpu ?? 0)} % in the last ${duration(world.windowMs / 1000)}`,
        cure: 'Spread leaders over the servers ("nats server cluster balance"), or give it more cores.',
      })),
};

/** jsm.go audit CLUSTER_001 */
const memory: Rule = {
  id: 'server_memory',
  source: 'jsm.go audit CLUSTER_001',
  find: (world) => {
    const servers = known(world).filter((s) => s.memory !== null);
    if (servers.length < 2) return [];
    const mean = servers.reduce((sum, s) => sum + (s.memory ?? 0), 0) / servers.length;
    return servers
      .filter((s) => (s.memory ?? 0) > 1.5 * mean)
      .map((s) => ({
        severity: 'warning',
        title: `${s.server} uses much more memory than the others`,
        subject: subject(s),
        evidence: `${bytes(s.memory ?? 0)}, while the mean of ${servers.length} servers is ${bytes(mean)}`,
        cure: 'Look at its connections and at the streams it leads; balance leaders if it leads more than its share.',
        sinceMs: null,
      }));
  },
};

const full = (
  id: string,
  what: string,
  column: string,
  use: (s: ServerNow) => { used: number | null; max: number | null },
  cure: string,
): Rule => ({
  id,
  source: 'nats server check jetstream; jsm.go audit SERVER_005',
  holds: { of: 'server', sql: column },
  find: (world) =>
    known(world).flatMap((s): Finding[] => {
      const { used, max } = use(s);
      if (used === null || max === null || max <= 0) return [];
      const severity = grade(used / max, 0.75, 0.9);
      return severity === null
        ? []
        : [
            {
              severity,
              title: `${s.server}: ${what} is nearly used up`,
              subject: subject(s),
              evidence: `${bytes(used)} of ${bytes(max)} (${percent(used / max)})`,
              cure,
            },
          ];
    }),
});

const storage = full(
  'server_storage',
  'JetStream storage',
  'js_storage_use >= 0.75',
  (s) => ({ used: s.jsStorage, max: s.jsStorageMax }),
  'Purge or limit the largest streams, move replicas to other servers, or give it more disk and raise max_file_store.',
);
const jsMemory = full(
  'server_js_memory',
  'JetStream memory',
  'js_memory_use >= 0.75',
  (s) => ({ used: s.jsMemory, max: s.jsMemoryMax }),
  'Move memory streams to files, limit them, or raise max_memory_store.',
);
const reserved = full(
  'server_reserved',
  'the storage that streams may reserve',
  'js_storage_reserved >= 0.75 * js_storage_max',
  (s) => ({ used: s.jsStorageReserved, max: s.jsStorageMax }),
  'Streams with max_bytes reserve it whole, used or not: lower max_bytes where it is larger than needed, or raise max_file_store. New streams are refused when it is used up.',
);

const slowConsumers: Rule = {
  id: 'server_slow_consumers',
  source: 'Insights SERVER_004',
  holds: { of: 'server', sql: 'slow_consumers > 0' },
  find: (world) =>
    known(world)
      .filter((s) => s.slowConsumers > 0)
      .map((s) => ({
        severity: 'critical',
        title: `${s.server} cut off slow consumers`,
        subject: subject(s),
        evidence: `${count(s.slowConsumers)} in the last ${duration(world.windowMs / 1000)}`,
        cure: 'Find the connections with pending bytes; their applications read slower than they are sent to. Let them use pull consumers.',
      })),
};

/** jsm.go audit CLUSTER_003 */
const assetLimit = 1000;
const assets: Rule = {
  id: 'server_ha_assets',
  source: 'jsm.go audit CLUSTER_003',
  holds: { of: 'server', sql: `ha_assets > ${assetLimit}` },
  find: (world) =>
    known(world)
      .filter((s) => (s.haAssets ?? 0) > assetLimit)
      .map((s) => ({
        severity: 'warning',
        title: `${s.server} holds many replicated assets`,
        subject: subject(s),
        evidence: `${count(s.haAssets ?? 0)} raft groups; above about 2,000 a server slows down`,
        cure: 'Lower num_replicas where it is not needed, fold streams together, or add servers.',
      })),
};

const versions: Rule = {
  id: 'cluster_version_mix',
  source: 'jsm.go audit SERVER_002',
  find: (world) => {
    const byVersion = new Map<string, string[]>();
    for (const { version, server } of known(world))
      if (version !== '') byVersion.set(version, [...(byVersion.get(version) ?? []), server]);
    if (byVersion.size < 2) return [];
    return [
      {
        severity: 'warning',
        title: 'The servers run different versions',
        subject: { kind: 'cluster' },
        evidence: [...byVersion]
          .map(([version, names]) => `${version}: ${names.sort().slice(0, 5).join(', ')}`)
          .sort()
          .join('; '),
        cure: 'Finish the update: new features stay off until every server has them, and some assets go offline on older ones.',
        sinceMs: null,
      },
    ];
  },
};

const restartSeconds = 600;
const restarted: Rule = {
  id: 'server_restarted',
  source: 'field.md 5.1 server: uptime reset',
  find: (world) =>
    known(world)
      .filter((s) => s.uptime !== null && s.uptime < restartSeconds)
      .map((s) => ({
        severity: 'info',
        title: `${s.server} has just started`,
        subject: subject(s),
        evidence: `up for ${duration(s.uptime ?? 0)}`,
        cure: 'If nobody restarted it, its log says why it ended.',
        sinceMs: s.atMs - (s.uptime ?? 0) * 1000,
      })),
};

/** field.md 5.1, API pressure */
const pressure: Rule = {
  id: 'server_api_pressure',
  source: 'Insights JETSTREAM_004, META_008',
  holds: { of: 'server', sql: 'api_inflight > 1000 OR meta_pending > 500' },
  find: (world) =>
    known(world)
      .filter((s) => (s.apiInflight ?? 0) > 1000 || (s.metaPending ?? 0) > 500)
      .map((s) => ({
        severity: 'critical',
        title: `${s.server} cannot keep up with JetStream API requests`,
        subject: subject(s),
        evidence: `${count(s.apiInflight ?? 0)} requests in flight, ${count(s.metaPending ?? 0)} proposals of the meta group pending`,
        cure: 'Find what asks so much (consumer info in a loop, consumers made for each request) and slow it down. At 10,000 waiting requests all of them are dropped.',
      })),
};

/** field.md 5.1: more than 5 % and more than 10 a minute */
const apiErrors: Rule = {
  id: 'server_api_errors',
  source: 'Insights: API errors',
  find: (world) =>
    known(world)
      .filter((s) => s.coveredMs > 0 && s.apiErrors > 0.05 * s.apiRequests && (s.apiErrors * 60_000) / s.coveredMs > 10)
      .map((s) => ({
        severity: 'warning',
        title: `${s.server} refuses many JetStream API requests`,
        subject: subject(s),
        evidence: `${count(s.apiErrors)} of ${count(s.apiRequests)} requests failed in the last ${duration(s.coveredMs / 1000)}`,
        cure: 'The API audit advisories (events of type api_audit) say who asks what and is refused.',
        sinceMs: null,
      })),
};

export const serverRules: readonly Rule[] = [
  missing,
  cpu,
  memory,
  storage,
  jsMemory,
  reserved,
  slowConsumers,
  assets,
  versions,
  restarted,
  pressure,
  apiErrors,
];
