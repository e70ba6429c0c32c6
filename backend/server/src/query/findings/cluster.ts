import { bytes, count, duration, grade, percent } from './say';
import type { AccountNow, EventCount, Finding, Rule, World } from './world';

const subject = { kind: 'cluster' } as const;

const unreachable: Rule = {
  id: 'cluster_unreachable',
  source: 'field.md 5.3: one alert for a cluster that cannot be reached',
  holds: { of: 'cluster', sql: 'NOT reachable' },
  find: ({ collection }) =>
    collection === null || collection.reachable
      ? []
      : [
          {
            severity: 'critical',
            title: 'The cluster cannot be reached',
            subject,
            evidence: collection.error || 'The last collection failed.',
            cure: 'Test the connection on the page of the cluster: it says at which step it fails, and what helps.',
          },
        ],
};

/** So many collections may be late before the figures are called old. */
const lateCollections = 4;
export const isStale = ({ collection, nowMs }: World): boolean =>
  collection !== null &&
  collection.goodMs !== null &&
  nowMs - collection.goodMs > Math.max(120_000, lateCollections * collection.sampleMs);

const stale: Rule = {
  id: 'data_stale',
  source: 'field.md 5.3: no data is not zero',
  find: (world) => {
    const { collection, nowMs } = world;
    if (collection === null || !collection.reachable || !isStale(world) || collection.goodMs === null) return [];
    return [
      {
        severity: 'warning',
        title: 'The figures are old',
        subject,
        evidence: `last collected ${duration((nowMs - collection.goodMs) / 1000)} ago, usually every ${duration(collection.sampleMs / 1000)}`,
        cure: "Look at the console's worker: is it running, and can it reach NATS, PostgreSQL and ClickHouse?",
        sinceMs: collection.goodMs,
      },
    ];
  },
};

const noMetaLeader: Rule = {
  id: 'meta_no_leader',
  source: 'Insights META_001 to META_003',
  holds: { of: 'cluster', sql: 'meta_leader = 0' },
  find: ({ collection }) =>
    collection?.metaLeader === false
      ? [
          {
            severity: 'critical',
            title: 'The JetStream meta group has no leader',
            subject,
            evidence: `${count(collection.servers ?? 0)} of ${count(collection.metaSize ?? 0)} servers answer; a majority is needed`,
            cure: 'Bring servers back until a majority is there: until then nothing can be created, changed or moved.',
          },
        ]
      : [],
};

const metaOffline: Rule = {
  id: 'meta_offline_peers',
  source: 'jsm.go audit META_001',
  holds: { of: 'cluster', sql: 'meta_offline > 0' },
  find: ({ collection }) =>
    (collection?.metaOffline ?? 0) > 0
      ? [
          {
            severity: 'critical',
            title: 'Members of the meta group are offline',
            subject,
            evidence: `${count(collection?.metaOffline ?? 0)} of ${count(collection?.metaSize ?? 0)} members, as the meta leader sees them`,
            cure: 'Bring them back, or remove those that will not come back with "nats server cluster peer-remove": they count for the majority.',
          },
        ]
      : [],
};

const evenMeta: Rule = {
  id: 'meta_even_size',
  source: 'Insights META_005',
  find: ({ collection }) => {
    const size = collection?.metaSize ?? 0;
    return size > 1 && size % 2 === 0
      ? [
          {
            severity: 'info',
            title: 'The meta group has an even number of members',
            subject,
            evidence: `${size} members survive the loss of as many as ${size - 1} do`,
            cure: 'Run an odd number of JetStream servers.',
            sinceMs: null,
          },
        ]
      : [];
  },
};

const fewer: Rule = {
  id: 'cluster_fewer_servers',
  source: 'Insights META_006: the cluster shrank',
  holds: { of: 'cluster', sql: 'servers < servers_expected' },
  find: ({ collection, servers }) => {
    const { servers: here, serversExpected: expected } = collection ?? { servers: null, serversExpected: null };
    // Where the missing ones are known by name, each is a finding of its own.
    if (here === null || expected === null || here >= expected || servers.some(({ state }) => state === 'unknown'))
      return [];
    return [
      {
        severity: 'warning',
        title: 'Fewer servers answer than are expected',
        subject,
        evidence: `${count(here)} of ${count(expected)}`,
        cure: 'Look for the server that is missing; the list of servers shows who answered last.',
      },
    ];
  },
};

const slowCollection: Rule = {
  id: 'collection_slow',
  source: 'field.md 2.4: watch the own load',
  holds: { of: 'cluster', sql: 'collect_duration > 0.5 * interval' },
  find: ({ collection }) => {
    const { duration: took = null, sampleMs = 0 } = collection ?? {};
    if (took === null || took * 1000 <= 0.5 * sampleMs) return [];
    return [
      {
        severity: 'info',
        title: 'Collecting takes long',
        subject,
        evidence: `${took < 1 ? duration(took) : `${took.toFixed(1)} s`} for one collection, one every ${duration(sampleMs / 1000)}`,
        cure: 'Give the cluster a system-account credential: one request a server then tells all. Without one the console asks each stream.',
      },
    ];
  },
};

const accountLimit = (
  id: string,
  what: string,
  use: (a: AccountNow) => { used: number | null; max: number | null },
  say: (n: number) => string,
  warn: number,
): Rule => ({
  id,
  source: 'nats server check jetstream; Insights ACCOUNTS_001',
  find: ({ accounts }) =>
    accounts.flatMap((a): Finding[] => {
      const { used, max } = use(a);
      if (used === null || max === null || max <= 0) return [];
      const severity = grade(used / max, warn, 0.9);
      return severity === null
        ? []
        : [
            {
              severity,
              title: `Account ${a.account}: ${what} is nearly used up`,
              subject: { kind: 'account', account: a.account },
              evidence: `${say(used)} of ${say(max)} (${percent(used / max)})`,
              cure: `Raise the account's limit, or free some: what is over it is refused.`,
              sinceMs: null,
            },
          ];
    }),
});

/** The account's limit is one for each stream, as the server applies it: what all of them have together says nothing. */
const accountConsumers: Rule = {
  id: 'account_consumers',
  source: 'nats server check jetstream; Insights ACCOUNTS_001',
  find: ({ accounts, streams }) =>
    accounts.flatMap(({ account, maxConsumers: max }): Finding[] => {
      if (max === null || max <= 0) return [];
      const near = streams
        .filter((s) => s.account === account && s.state === 'ok' && grade((s.consumers ?? 0) / max, 0.8, 0.9) !== null)
        .sort((a, b) => (b.consumers ?? 0) - (a.consumers ?? 0));
      const [most] = near;
      const severity = grade((most?.consumers ?? 0) / max, 0.8, 0.9);
      if (!most || severity === null) return [];
      return [
        {
          severity,
          title: `Account ${account}: the number of consumers of a stream is nearly used up`,
          subject: { kind: 'account', account },
          evidence: `${most.stream} has ${count(most.consumers ?? 0)} of the ${count(max)} that each stream may have${near.length > 1 ? `, and ${count(near.length - 1)} more are near it` : ''}`,
          cure: "Delete consumers that nobody uses, or raise the account's limit: what is over it is refused.",
          sinceMs: null,
        },
      ];
    }),
};

/** Events of several types about one thing are one finding: two of a rule about one subject would have one id. */
function together(events: readonly EventCount[]): EventCount[] {
  const byPlace = new Map<string, EventCount>();
  for (const event of events) {
    const key = JSON.stringify([event.account, event.stream, event.consumer]);
    const known = byPlace.get(key);
    byPlace.set(
      key,
      known
        ? {
            ...(event.lastMs > known.lastMs ? event : known),
            count: known.count + event.count,
            firstMs: Math.min(known.firstMs, event.firstMs),
          }
        : event,
    );
  }
  return [...byPlace.values()];
}

const ofEvents = (
  id: string,
  type: RegExp,
  severity: Finding['severity'],
  title: (e: EventCount) => string,
  cure: string,
): Rule => ({
  id,
  source: 'advisories of JetStream',
  find: ({ events }) =>
    together(events.filter((event) => type.test(event.type))).map((event) => ({
      severity,
      title: title(event),
      subject: {
        kind: event.consumer !== '' ? 'consumer' : event.stream !== '' ? 'stream' : 'cluster',
        stream: event.stream || undefined,
        consumer: event.consumer || undefined,
        account: event.account || undefined,
      },
      evidence: `${count(event.count)} in the last hour; the last: ${event.title}`,
      cure,
      sinceMs: event.firstMs,
    })),
});

const place = ({ stream, consumer }: EventCount) => [stream, consumer].filter(Boolean).join(' > ') || 'the cluster';

export const clusterRules: readonly Rule[] = [
  unreachable,
  stale,
  noMetaLeader,
  metaOffline,
  evenMeta,
  fewer,
  slowCollection,
  accountLimit('account_storage', 'storage', (a) => ({ used: a.storage, max: a.maxStorage }), bytes, 0.75),
  accountLimit('account_memory', 'memory', (a) => ({ used: a.memory, max: a.maxMemory }), bytes, 0.75),
  accountLimit('account_streams', 'the number of streams', (a) => ({ used: a.streams, max: a.maxStreams }), count, 0.8),
  accountConsumers,
  ofEvents(
    'dead_letters',
    /^(max_deliver|terminated)$/,
    'warning',
    (event) => `${place(event)} gave messages up`,
    'Open its dead letters: each says why it was given up, and is sent again, as it was or edited, once the reason is gone.',
  ),
  ofEvents(
    'api_limit_reached',
    /^api_limit_reached$/,
    'critical',
    () => 'JetStream dropped all waiting API requests',
    'More was asked than the servers could answer. Find what asks so much and slow it down.',
  ),
  ofEvents(
    'server_out_of_space',
    /^server_out_of_space$/,
    'critical',
    (event) => event.title,
    'Make room on its disk: streams on it refuse messages, and JetStream is switched off there until it is started again.',
  ),
  ofEvents(
    'quorum_lost',
    /quorum_lost$/,
    'critical',
    (event) => `${place(event)} lost its majority`,
    'Bring the servers of its replicas back.',
  ),
];
