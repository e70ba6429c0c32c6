import { copiesWithoutTier, routes, type AccountTier } from '@jetstream-console/contract';
import { AckPolicy, jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { credsAuthenticator } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo } from '../setup/nats';
import { startNatsCluster, type NatsCluster } from '../setup/natsCluster';
import { makeOperator, type User } from '../setup/operator';
import { eventually } from '../setup/wait';

const MB = 1_000_000;
const tiers = {
  tiered_limits: {
    R1: { mem_storage: -1, disk_storage: 8 * MB, streams: 4, consumer: -1 },
    R3: {
      mem_storage: 0,
      disk_storage: 2 * MB,
      streams: 5,
      consumer: 10,
      max_ack_pending: 500,
      disk_max_stream_bytes: MB,
      max_bytes_required: true,
    },
  },
};
const operator = makeOperator(tiers, {
  OTHER: tiers,
  FLAT: { mem_storage: MB, disk_storage: 3 * MB, streams: -1, consumer: 4 },
});
const other = operator.other('OTHER');
const flat = operator.other('FLAT');
const login = ({ creds }: User) => ({ authenticator: credsAuthenticator(new TextEncoder().encode(creds)) });
const creds = ({ creds: file }: User) => ({ auth: { kind: 'creds', creds: file } }) as const;
const app = operator.user('app');

let api: TestApi;
let cluster: NatsCluster;
let clusterId: string;

/** Two streams of one copy and one of three, with half a megabyte in the latter. */
async function fill(user: User): Promise<void> {
  const nc = await connectTo(cluster.urls[0] ?? '', login(user));
  try {
    const jsm = await jetstreamManager(nc);
    for (const name of ['A', 'B']) await jsm.streams.add({ name, subjects: [`${name}.>`], storage: StorageType.File });
    await jsm.streams.add({ name: 'C', subjects: ['c.>'], num_replicas: 3, max_bytes: 700_000 });
    for (const durable_name of ['one', 'two'])
      await jsm.consumers.add('C', { durable_name, ack_policy: AckPolicy.Explicit, max_ack_pending: 100 });
    const js = jetstream(nc);
    for (let n = 0; n < 5; n++) await js.publish('c.x', 'x'.repeat(100_000));
  } finally {
    await nc.close();
  }
}

beforeAll(async () => {
  [cluster, api] = await Promise.all([
    startNatsCluster({ accounts: { config: operator.config, login: login(app) } }),
    startTestApi(),
  ]);
  const system = creds(operator.systemUser('sys'));
  clusterId = await addCluster(api, cluster.urls, { credentials: { read: creds(app), system } });
  for (const user of [app, other.user, flat.user]) await fill(user);
});
afterAll(async () => {
  await api?.stop();
  await cluster?.stop();
});

const account = (name: string) =>
  eventually(async () => {
    const found = await api.get(routes.getAccount, { params: { clusterId, account: name } }, api.admin);
    const [bytes] = found.tiers.map(({ storage }) => storage.used ?? 0).slice(-1);
    return (bytes ?? 0) > 500_000 && found;
  });
const told = (found: readonly AccountTier[]) =>
  found.map(({ tier, streams, reservedStorage, maxBytesRequired }) => ({
    tier,
    streams: streams && [streams.used, streams.max],
    reserved: reservedStorage && [reservedStorage.used, reservedStorage.max],
    maxBytesRequired,
  }));
const both = [
  { tier: 'R1', streams: [2, 4], reserved: [0, 8 * MB], maxBytesRequired: false },
  { tier: 'R3', streams: [1, 5], reserved: [700_000, 2 * MB], maxBytesRequired: true },
];

describe('limits of an account with tiers', () => {
  it('are told with what is used of each: bytes of one copy, as the limit counts them', async () => {
    for (const [name, from] of [
      [operator.account, 'account'],
      [other.account, 'jwt'],
    ] as const) {
      const found = await account(name);
      expect(found).toMatchObject({ limitsFrom: from, servers: 3, jetstream: { limits: null, tiers: ['R1', 'R3'] } });
      expect(told(found.tiers)).toEqual(both);
      const [one, three] = found.tiers;
      expect(one).toMatchObject({ memory: { max: null, share: null }, ackPending: { max: null } });
      expect(three).toMatchObject({
        storage: { max: 2 * MB },
        memory: { used: 0, max: 0, share: null },
        consumers: 2,
        consumersOfStream: { used: 2, max: 10, share: 0.2 },
        streamStorage: { used: 700_000, max: MB, share: 0.7 },
        ackPending: { max: 500 },
      });
      expect(three?.storage.share).toBeGreaterThan(0.25);
      expect(three?.storage.share).toBeLessThan(0.27);
      expect(copiesWithoutTier(found.tiers)).toEqual([2, 4, 5]);
    }
  });

  it('are told of the own account without a log-in of the system account as well', async () => {
    const alone = await addCluster(api, cluster.urls, { credentials: { read: creds(app) } });
    const info = await eventually(async () => {
      const now = await api.get(routes.clusterInfo, { params: { clusterId: alone } }, api.admin);
      return (now.tiers[1]?.storage.used ?? 0) > 500_000 && now;
    });
    // The zeros of the account as a whole are no limits.
    expect(info.limits).toBeNull();
    expect(told(info.tiers)).toEqual(both);
    expect(info.tiers[1]).toMatchObject({ storage: { max: 2 * MB }, ackPending: { max: 500 }, consumers: 2 });
    expect(info.tiers[1]?.storage.share).toBeLessThan(0.27);
  });

  it('are what the server goes by: no tier, no stream', async () => {
    const nc = await connectTo(cluster.urls[0] ?? '', login(app));
    try {
      const { streams } = await jetstreamManager(nc);
      await expect(streams.add({ name: 'D', subjects: ['d'], num_replicas: 2 })).rejects.toThrow(
        /no JetStream default/,
      );
    } finally {
      await nc.close();
    }
  });
});

it('limits of an account without tiers hold for every copy', async () => {
  const found = await account(flat.account);
  expect(found).toMatchObject({ limitsFrom: 'jwt', nameTag: 'FLAT', jetstream: { tiers: [] } });
  expect(told(found.tiers)).toEqual([
    { tier: null, streams: [3, null], reserved: [2_100_000, 3 * MB], maxBytesRequired: false },
  ]);
  const [all] = found.tiers;
  expect(all?.storage.share).toBeGreaterThan(0.5);
  expect(all?.consumersOfStream).toEqual({ used: 2, max: 4, share: 0.5 });
  expect(copiesWithoutTier(found.tiers)).toEqual([]);
});

it('the list says of each what it holds, once, and the limits or their tiers', async () => {
  const { items } = await eventually(async () => {
    const page = await api.get(routes.listAccounts, { params: { clusterId } }, api.admin);
    return page.items.filter(({ jetstream: held }) => (held?.storage ?? 0) > 1_500_000).length === 3 && page;
  });
  const of = (name: string) => items.find((item) => item.name === name);
  expect(of(other.account)).toMatchObject({ nameTag: 'OTHER', jetstream: { limits: null, tiers: ['R1', 'R3'] } });
  const held = of(flat.account)?.jetstream;
  expect(held?.limits?.storage.max).toBe(3 * MB);
  expect(held?.limits?.storage.share).toBeLessThan(0.6);
  const search = { params: { clusterId }, query: { search: 'flat' } };
  expect((await api.get(routes.listAccounts, search, api.admin)).items.map(({ name }) => name)).toEqual([flat.account]);
});

it('an account that nobody knows is not found', async () => {
  const asked = { params: { clusterId, account: 'NOBODY' } };
  expect(await api.refused(routes.getAccount, asked, api.admin)).toMatchObject({ status: 404 });
});
