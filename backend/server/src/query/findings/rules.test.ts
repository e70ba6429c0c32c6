import { describe, expect, it } from 'vitest';
import { findAll, idOf, rules } from './rules';
import type {
  AccountNow,
  CollectionNow,
  ConsumerNow,
  EventCount,
  ServerNow,
  Severity,
  StreamNow,
  World,
} from './world';

const nowMs = 1_800_000_000_000;
const minute = 60_000;
const GiB = 1024 ** 3;

/** One of each, all of it healthy. */
const stream: StreamNow = {
  stream: 'ORDERS',
  account: 'APP',
  domain: '',
  state: 'ok',
  atMs: nowMs - 5000,
  messages: 1000,
  bytes: 1_000_000,
  consumers: 2,
  subjects: 10,
  firstSeq: 1,
  lastMessageAge: 5,
  maxMessages: -1,
  maxBytes: 10_000_000,
  maxConsumers: -1,
  discard: 'old',
  limitUse: 0.1,
  replicas: 3,
  replicaLag: 0,
  replicasBehind: 0,
  sourceLag: null,
  dropped: 0,
  minSourceLag: null,
  published: 10,
  bytesSlope: null,
  messagesSlope: null,
};
const consumer: ConsumerNow = {
  stream: 'ORDERS',
  consumer: 'billing',
  account: 'APP',
  domain: '',
  state: 'ok',
  atMs: nowMs - 5000,
  pending: 0,
  ackPending: 0,
  maxAckPending: 1000,
  ackUse: 0,
  redelivered: 0,
  waiting: 1,
  pushBound: null,
  paused: false,
  deliveredSeq: 1000,
  lastActiveMs: nowMs - 10_000,
  lastAckMs: nowMs - 10_000,
  members: 1,
  minPending: 0,
  minWaiting: 1,
  maxWaiting: 1,
  minAckUse: 0,
  delivered: 100,
  coveredMs: 10 * minute,
  pendingSlope: null,
};
const server: ServerNow = {
  server: 'n1',
  state: 'ok',
  atMs: nowMs - 5000,
  version: '2.12.1',
  uptime: 86_400,
  cpu: 20,
  cores: 4,
  memory: GiB,
  jsMemory: 0,
  jsMemoryMax: GiB,
  jsStorage: GiB,
  jsStorageMax: 100 * GiB,
  jsStorageReserved: 10 * GiB,
  haAssets: 10,
  apiInflight: 0,
  metaPending: 0,
  slowConsumers: 0,
  apiRequests: 1000,
  apiErrors: 0,
  coveredMs: 10 * minute,
  minCpu: 10,
};
const account: AccountNow = {
  account: 'APP',
  storage: GiB,
  maxStorage: 10 * GiB,
  memory: 0,
  maxMemory: -1,
  streams: 3,
  maxStreams: 100,
  maxConsumers: 100,
};
const collection: CollectionNow = {
  atMs: nowMs - 5000,
  reachable: true,
  error: '',
  mode: 'system',
  goodMs: nowMs - 5000,
  sampleMs: 15_000,
  duration: 0.2,
  servers: 3,
  serversExpected: 3,
  streams: 1,
  consumers: 1,
  metaLeader: true,
  metaSize: 3,
  metaOffline: 0,
};
const world: World = {
  cluster: { id: '0b5c9c2e-3f7a-4a39-9a55-1f6a2c7d8e90', name: 'prod' },
  nowMs,
  windowMs: 10 * minute,
  ownAccounts: new Set(['APP']),
  collection,
  streams: [stream],
  consumers: [consumer],
  servers: [server, { ...server, server: 'n2' }, { ...server, server: 'n3' }],
  accounts: [account],
  events: [],
};

interface Change {
  readonly stream?: Partial<StreamNow>;
  readonly consumer?: Partial<ConsumerNow>;
  readonly server?: Partial<ServerNow>;
  readonly account?: Partial<AccountNow>;
  readonly collection?: Partial<CollectionNow>;
  readonly event?: Partial<EventCount>;
}
const event: EventCount = {
  type: 'max_deliver',
  stream: 'ORDERS',
  consumer: 'billing',
  account: 'APP',
  count: 3,
  firstMs: nowMs - 30 * minute,
  lastMs: nowMs - minute,
  title: 'Consumer billing of ORDERS gave up message 7 after 5 deliveries',
};

function changed({ stream: s, consumer: c, server: v, account: a, collection: l, event: e }: Change): World {
  const [first = server, ...others] = world.servers;
  return {
    ...world,
    collection: { ...collection, ...l },
    streams: [{ ...stream, ...s }],
    consumers: [{ ...consumer, ...c }],
    servers: [{ ...first, ...v }, ...others],
    accounts: [{ ...account, ...a }],
    events: e ? [{ ...event, ...e }] : [],
  };
}

type Row = readonly [rule: string, severity: Severity, change: Change, evidence: RegExp, healthy: Change];

const behind = { pending: 50_000, minPending: 1 } as const;
const table: readonly Row[] = [
  [
    'stream_leaderless',
    'critical',
    { stream: { state: 'leaderless' } },
    /names no leader/,
    { stream: { state: 'unknown' } },
  ],
  ['stream_unknown', 'warning', { stream: { state: 'unknown' } }, /does not answer/, { stream: { state: 'ok' } }],
  ['stream_unknown', 'critical', { stream: { state: 'offline' } }, /none of them can load/, {}],
  [
    'stream_near_limit',
    'warning',
    { stream: { bytes: 8_500_000, limitUse: 0.85 } },
    /8\.1 MiB of 9\.5 MiB \(85 %\)/,
    { stream: { limitUse: 0.79 } },
  ],
  [
    'stream_near_limit',
    'critical',
    { stream: { messages: 95, maxMessages: 100, maxBytes: -1, limitUse: 0.95 } },
    /95 of 100 messages/,
    {},
  ],
  [
    'stream_limit_eta',
    'warning',
    { stream: { bytesSlope: 9_000_000 / (20 * 3600) } },
    /an hour/,
    { stream: { bytesSlope: 9_000_000 / (25 * 3600) } },
  ],
  [
    'stream_limit_eta',
    'critical',
    { stream: { maxMessages: 2000, messagesSlope: 1 } },
    /1,000 messages left/,
    { stream: { bytesSlope: -1 } },
  ],
  // One that drops its oldest stays a little below its limit for good.
  [
    'stream_limit_eta',
    'critical',
    { stream: { bytes: 9_800_000, bytesSlope: 1000 } },
    /an hour/,
    { stream: { bytes: 9_950_000, bytesSlope: 1000 } },
  ],
  [
    'stream_consumer_limit',
    'warning',
    { stream: { consumers: 8, maxConsumers: 10 } },
    /8 of 10 consumers/,
    { stream: { consumers: 7, maxConsumers: 10 } },
  ],
  [
    'stream_many_subjects',
    'warning',
    { stream: { subjects: 1_000_001 } },
    /1,000,001 subjects/,
    { stream: { subjects: 1_000_000 } },
  ],
  [
    'stream_replicas_behind',
    'critical',
    { stream: { replicasBehind: 1, replicaLag: 900 } },
    /1 of 2 followers.*lag 900/,
    { stream: { replicaLag: 150 } },
  ],
  [
    'stream_source_lag',
    'warning',
    { stream: { sourceLag: 5000, minSourceLag: 1200 } },
    /5,000 messages behind.*1,200/,
    { stream: { sourceLag: 5000, minSourceLag: 10 } },
  ],
  ['stream_even_replicas', 'info', { stream: { replicas: 2 } }, /2 replicas/, { stream: { replicas: 1 } }],
  [
    'stream_idle_replicated',
    'info',
    { stream: { lastMessageAge: 31 * 86_400 } },
    /31 d ago/,
    { stream: { lastMessageAge: 29 * 86_400 } },
  ],
  [
    'consumer_stuck',
    'critical',
    { consumer: { pending: 1204, minPending: 1200, minWaiting: 3, waiting: 3, delivered: 0 } },
    /3 pulls wait, 1,204 messages are pending, nothing was delivered for 10 min/,
    { consumer: { pending: 1204, minPending: 1200, minWaiting: 3, delivered: 0, coveredMs: minute } },
  ],
  [
    'consumer_no_subscriber',
    'warning',
    { consumer: { pending: 5, minPending: 5, waiting: 0, minWaiting: 0, maxWaiting: 0, delivered: 0 } },
    /no pull waited for 10 min/,
    { consumer: { pending: 5, minPending: 5, waiting: 0, minWaiting: 0, maxWaiting: 1, delivered: 0 } },
  ],
  [
    'consumer_push_unbound',
    'critical',
    { consumer: { pending: 5, minPending: 5, waiting: null, minWaiting: null, maxWaiting: null, pushBound: false } },
    /without a subscriber/,
    { consumer: { minPending: 0, pushBound: false } },
  ],
  [
    'consumer_ack_saturated',
    'warning',
    { consumer: { ackPending: 850, ackUse: 0.85, minAckUse: 0.82 } },
    /850 of 1,000 unacknowledged, never below 82 % in the last 10 min/,
    { consumer: { ackUse: 1, minAckUse: 0.1 } },
  ],
  [
    'consumer_ack_saturated',
    'critical',
    { consumer: { ackPending: 1000, ackUse: 1, minAckUse: 1 } },
    /1,000 of 1,000/,
    {},
  ],
  [
    'consumer_stalled_acks',
    'warning',
    { consumer: { ackPending: 5, lastAckMs: nowMs - 6 * minute } },
    /5 messages are unacknowledged.*6 min ago/,
    { consumer: { ackPending: 0, lastAckMs: nowMs - 6 * minute } },
  ],
  [
    'consumer_redelivery',
    'warning',
    { consumer: { ackPending: 100, redelivered: 20 } },
    /20 of 100/,
    { consumer: { ackPending: 100, redelivered: 10 } },
  ],
  [
    'consumer_idle_push',
    'warning',
    { consumer: { pushBound: true, minPending: 4, pending: 4, delivered: 0, lastActiveMs: nowMs - 11 * minute } },
    /4 messages are pending.*11 min ago/,
    { consumer: { pushBound: true, minPending: 4, delivered: 1, lastActiveMs: nowMs - 11 * minute } },
  ],
  [
    'consumer_falling_behind',
    'warning',
    { consumer: { ...behind, pendingSlope: 2 } },
    /lag 50,000, growing by 7,200 an hour/,
    { consumer: { ...behind, pendingSlope: -50 } },
  ],
  [
    'consumer_falling_behind',
    'warning',
    { consumer: { ...behind, pendingSlope: -5 } },
    /falling by 18,000 an hour/,
    { consumer: { pending: 999, pendingSlope: 2 } },
  ],
  [
    'consumer_loss_risk',
    'warning',
    { stream: { firstSeq: 1500, dropped: 200 }, consumer: { pending: 10, deliveredSeq: 1200 } },
    /starts at 1,500.*at 1,200.*200 sequences/,
    { stream: { firstSeq: 1500, dropped: 0 }, consumer: { pending: 10, deliveredSeq: 1200 } },
  ],
  ['consumer_leaderless', 'critical', { consumer: { state: 'leaderless' } }, /names no leader/, {}],
  ['consumer_unknown', 'warning', { consumer: { state: 'missing' } }, /does not answer/, {}],
  [
    'consumer_paused',
    'info',
    { consumer: { paused: true, pending: 9 } },
    /9 messages wait/,
    { consumer: { paused: true, pending: 0 } },
  ],
  [
    'consumer_leak',
    'warning',
    { consumer: { consumer: '*ephemeral', members: 801 } },
    /801 ephemeral/,
    { consumer: { consumer: '*ephemeral', members: 800 } },
  ],
  ['server_missing', 'critical', { server: { state: 'unknown' } }, /does not answer now/, {}],
  [
    'server_cpu',
    'warning',
    { server: { cpu: 390, minCpu: 365 } },
    /390 % of 4 cores, never less than 365 %/,
    { server: { cpu: 390, minCpu: 50 } },
  ],
  [
    'server_memory',
    'warning',
    { server: { memory: 4 * GiB } },
    /4\.0 GiB.*mean of 3 servers is 2\.0 GiB/,
    { server: { memory: 1.5 * GiB } },
  ],
  [
    'server_storage',
    'warning',
    { server: { jsStorage: 80 * GiB } },
    /80\.0 GiB of 100\.0 GiB/,
    { server: { jsStorage: 74 * GiB } },
  ],
  ['server_storage', 'critical', { server: { jsStorage: 95 * GiB } }, /95 %/, {}],
  ['server_js_memory', 'critical', { server: { jsMemory: 0.95 * GiB } }, /95 %/, { server: { jsMemory: 0.5 * GiB } }],
  [
    'server_reserved',
    'warning',
    { server: { jsStorageReserved: 80 * GiB } },
    /80\.0 GiB/,
    { server: { jsStorageReserved: 70 * GiB } },
  ],
  ['server_slow_consumers', 'critical', { server: { slowConsumers: 2 } }, /2 in the last 10 min/, {}],
  ['server_ha_assets', 'warning', { server: { haAssets: 1001 } }, /1,001 raft groups/, { server: { haAssets: 1000 } }],
  [
    'cluster_version_mix',
    'warning',
    { server: { version: '2.11.4' } },
    /2\.11\.4: n1; 2\.12\.1: n2, n3/,
    { server: { version: '' } },
  ],
  ['server_restarted', 'info', { server: { uptime: 300 } }, /up for 5 min/, { server: { uptime: 601 } }],
  [
    'server_api_pressure',
    'critical',
    { server: { apiInflight: 1500 } },
    /1,500 requests in flight/,
    { server: { apiInflight: 1000 } },
  ],
  [
    'server_api_errors',
    'warning',
    { server: { apiErrors: 200 } },
    /200 of 1,000 requests failed/,
    { server: { apiErrors: 60 } },
  ],
  [
    'cluster_unreachable',
    'critical',
    { collection: { reachable: false, error: 'connection refused' } },
    /connection refused/,
    {},
  ],
  [
    'data_stale',
    'warning',
    { collection: { goodMs: nowMs - 5 * minute } },
    /5 min ago, usually every 15 s/,
    { collection: { goodMs: nowMs - 90_000 } },
  ],
  [
    'meta_no_leader',
    'critical',
    { collection: { metaLeader: false, servers: 1 } },
    /1 of 3 servers answer/,
    { collection: { metaLeader: null } },
  ],
  ['meta_offline_peers', 'critical', { collection: { metaOffline: 1 } }, /1 of 3 members/, {}],
  ['meta_even_size', 'info', { collection: { metaSize: 4 } }, /4 members/, { collection: { metaSize: 1 } }],
  [
    'cluster_fewer_servers',
    'warning',
    { collection: { servers: 2 } },
    /2 of 3/,
    { collection: { servers: 2 }, server: { state: 'unknown' } },
  ],
  [
    'collection_slow',
    'info',
    { collection: { duration: 9 } },
    /9\.0 s for one collection, one every 15 s/,
    { collection: { duration: 7 } },
  ],
  [
    'account_storage',
    'warning',
    { account: { storage: 8 * GiB } },
    /8\.0 GiB of 10\.0 GiB/,
    { account: { maxStorage: -1, storage: 99 * GiB } },
  ],
  [
    'account_memory',
    'critical',
    { account: { memory: 95, maxMemory: 100 } },
    /95 %/,
    { account: { memory: 95, maxMemory: null } },
  ],
  ['account_streams', 'warning', { account: { streams: 85 } }, /85 of 100/, { account: { streams: 79 } }],
  [
    'account_consumers',
    'critical',
    { account: { maxConsumers: 10 }, stream: { consumers: 9 } },
    /ORDERS has 9 of the 10 that each stream may have$/,
    { account: { maxConsumers: 10 }, stream: { consumers: 7 } },
  ],
  [
    'dead_letters',
    'warning',
    { event: {} },
    /3 in the last hour; the last: Consumer billing/,
    { event: { type: 'nak' } },
  ],
  ['dead_letters', 'warning', { event: { type: 'terminated' } }, /3 in the last hour/, {}],
  [
    'api_limit_reached',
    'critical',
    { event: { type: 'api_limit_reached', stream: '', consumer: '' } },
    /last hour/,
    {},
  ],
  [
    'server_out_of_space',
    'critical',
    { event: { type: 'server_out_of_space', stream: '', consumer: '' } },
    /last hour/,
    {},
  ],
  [
    'quorum_lost',
    'critical',
    { event: { type: 'stream_quorum_lost', consumer: '' } },
    /last hour/,
    { event: { type: 'stream_leader_elected' } },
  ],
];

const named = (given: World, rule: string) => findAll(given).filter((found) => found.rule.id === rule);

it('finds nothing in a healthy cluster', () => expect(findAll(world)).toEqual([]));
it('finds nothing where nothing is known', () =>
  expect(findAll({ ...world, collection: null, streams: [], consumers: [], servers: [], accounts: [] })).toEqual([]));
it('has a row here for every rule, and every rule its own name', () => {
  expect([...new Set(table.map(([rule]) => rule))].sort()).toEqual(rules.map(({ id }) => id).sort());
  expect(rules.length).toBeGreaterThanOrEqual(20);
});

describe.each(table)('%s, %s', (rule, severity, change, evidence, healthy) => {
  it(`is found by ${JSON.stringify(change)}`, () => {
    const [found, ...more] = named(changed(change), rule);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ severity, evidence: expect.stringMatching(evidence) });
    expect(found?.title.length).toBeGreaterThan(10);
    expect(found?.cure.length).toBeGreaterThan(20);
  });
  it(`is not found by ${JSON.stringify(healthy)}`, () => expect(named(changed(healthy), rule)).toEqual([]));
});

describe('what hides what', () => {
  it('a cluster that cannot be reached is one finding', () => {
    const bad = changed({
      collection: { reachable: false },
      stream: { state: 'leaderless' },
      server: { slowConsumers: 5 },
    });
    expect(findAll(bad).map(({ rule }) => rule.id)).toEqual(['cluster_unreachable']);
  });
  it('a stream without a leader hides its consumers, and those of no other account', () => {
    const stuck = { state: 'leaderless' } as const;
    expect(findAll(changed({ stream: stuck, consumer: stuck })).map(({ rule }) => rule.id)).toEqual([
      'stream_leaderless',
    ]);
    const foreign = changed({ stream: stuck, consumer: { ...stuck, account: 'OTHER' } });
    expect(
      findAll(foreign)
        .map(({ rule }) => rule.id)
        .sort(),
    ).toEqual(['consumer_leaderless', 'stream_leaderless']);
  });
  it('a paused consumer is neither stuck nor behind', () => {
    const waiting = { paused: true, pending: 50_000, minPending: 50_000, minWaiting: 1, delivered: 0, pendingSlope: 5 };
    expect(findAll(changed({ consumer: waiting })).map(({ rule }) => rule.id)).toEqual(['consumer_paused']);
  });
});

it('a consumer that may take nothing more is not stuck', () => {
  const full = { pending: 9, minPending: 9, minWaiting: 1, delivered: 0, ackPending: 5, ackUse: 1, minAckUse: 1 };
  expect(findAll(changed({ consumer: full })).map(({ rule }) => rule.id)).toEqual(['consumer_ack_saturated']);
});

it('dead letters of one consumer are one finding, however they died', () => {
  const given: World = {
    ...world,
    events: [
      event,
      { ...event, type: 'terminated', count: 2, firstMs: nowMs - 50 * minute, lastMs: nowMs, title: 'the newest' },
      { ...event, consumer: 'shipping' },
    ],
  };
  const [first, second, ...more] = findAll(given);
  expect(more).toEqual([]);
  expect(first).toMatchObject({
    subject: { consumer: 'billing' },
    evidence: '5 in the last hour; the last: the newest',
    sinceMs: nowMs - 50 * minute,
  });
  expect(second).toMatchObject({ subject: { consumer: 'shipping' }, evidence: expect.stringMatching(/^3 in/) });
});

describe('since when', () => {
  it.each([
    ['the last acknowledgement', { consumer: { ackPending: 5, lastAckMs: nowMs - 6 * minute } }, nowMs - 6 * minute],
    ['the start of a server', { server: { uptime: 300 } }, nowMs - 5000 - 300_000],
    ['the last good collection', { collection: { goodMs: nowMs - 5 * minute } }, nowMs - 5 * minute],
    ['the first event', { event: {} }, nowMs - 30 * minute],
  ] as [string, Change, number][])('is %s where the figures tell it', (_, change, since) =>
    expect(findAll(changed(change))[0]?.sinceMs).toBe(since),
  );
  it('is looked up by a condition elsewhere', () => {
    const silent = rules.filter(
      ({ id, holds }) =>
        !holds &&
        table.some(
          ([rule, , change]) =>
            rule === id && findAll(changed(change)).some((f) => f.rule.id === id && f.sinceMs === undefined),
        ),
    );
    expect(silent.map(({ id }) => id)).toEqual([]);
  });
});

it('puts the worst first, and gives each an id of its own that stays', () => {
  const bad = changed({ stream: { replicas: 2, limitUse: 0.85, bytes: 8_500_000 }, server: { slowConsumers: 1 } });
  const found = findAll(bad);
  expect(found.map(({ severity }) => severity)).toEqual(['critical', 'warning', 'info']);
  expect(new Set(found.map(idOf)).size).toBe(3);
  expect(findAll(bad).map(idOf)).toEqual(found.map(idOf));
});
