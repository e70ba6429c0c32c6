import { AckPolicy, jetstream, jetstreamManager, StorageType, type StreamConfig } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { bytes, percent } from '../../../backend/server/src/query/findings/say';
import { connectTo, type NatsServer } from '../setup/nats';
import type { Login } from '../metrics/pipeline';
import type { Scenario } from './scenario';
import { publish } from './streams';
import type { World } from './world';

export const tight: Login = { user: 'tight', password: 'tight' };
export const system: Login = { user: 'sys', password: 'sys' };
const roomy: Login = { user: 'roomy', password: 'roomy' };
const MB = 1_000_000;

/** The whole of `jetstream`: a server with little room, and an account with less. */
export const config = `jetstream { store_dir: "$DIR/data", max_memory_store: 4000000, max_file_store: 16000000 }
accounts {
  SYS { users: [{ user: sys, password: sys }] }
  TIGHT {
    jetstream { max_mem: 2000000, max_file: 8000000, max_streams: 5, max_consumers: 5 }
    users: [{ user: tight, password: tight }]
  }
  ROOMY { jetstream: enabled, users: [{ user: roomy, password: roomy }] }
}
system_account: SYS`;

/** What the server says of its own store, and of the account whose limits are tight. */
const jsz = z.object({
  data: z.object({
    memory: z.number(),
    storage: z.number(),
    reserved_storage: z.number(),
    config: z.object({ max_memory: z.number(), max_storage: z.number() }),
    account_details: z.array(z.object({ name: z.string(), memory: z.number(), storage: z.number() })),
  }),
});
async function storeOf({ sys }: World) {
  const { data } = jsz.parse((await sys.request('$SYS.REQ.SERVER.PING.JSZ', '{"accounts":true}')).json());
  const own = data.account_details.find(({ name }) => name === 'TIGHT');
  if (!own) throw new Error('The server does not name the account');
  return { ...data, own };
}
const share = (used: number, max: number) => `${bytes(used)} of ${bytes(max)} (${percent(used / max)})`;
const account = { kind: 'account' } as const;
const server = { kind: 'server', server: 'test' } as const;

const storage: Scenario = {
  rule: 'account_storage',
  prepare: async ({ jsm }) => {
    await jsm.streams.add({ name: 'FILES', subjects: ['files.>'] });
  },
  provoke: (world) => publish(world, 'FILES', 64, 'x'.repeat(100_000)),
  expected: async (world) => ({
    severity: 'warning',
    subject: account,
    title: 'Account TIGHT: storage is nearly used up',
    evidence: share((await storeOf(world)).own.storage, 8 * MB),
    since: null,
    cure: /Raise the account's limit/,
  }),
  cure: async ({ jsm }) => {
    await jsm.streams.purge('FILES');
  },
};

const memory: Scenario = {
  rule: 'account_memory',
  prepare: async ({ jsm }) => {
    await jsm.streams.add({ name: 'MEMORY', subjects: ['memory.>'], storage: StorageType.Memory });
  },
  provoke: (world) => publish(world, 'MEMORY', 19, 'x'.repeat(100_000)),
  expected: async (world) => ({
    severity: 'critical',
    subject: account,
    title: 'Account TIGHT: memory is nearly used up',
    evidence: share((await storeOf(world)).own.memory, 2 * MB),
    since: null,
    cure: /Raise the account's limit/,
  }),
  cure: async ({ jsm }) => {
    await jsm.streams.purge('MEMORY');
  },
};

const streams: Scenario = {
  rule: 'account_streams',
  provoke: async ({ jsm }) => {
    for (const name of ['MORE1', 'MORE2']) await jsm.streams.add({ name, subjects: [`${name}.>`] });
  },
  expected: async ({ jsm }) => {
    const { streams: used, limits } = await jsm.getAccountInfo();
    return {
      severity: 'warning',
      subject: account,
      evidence: `${used} of ${limits.max_streams} (${percent(used / limits.max_streams)})`,
      since: null,
      cure: /what is over it is refused/,
    };
  },
  cure: async ({ jsm }) => {
    for (const name of ['MORE1', 'MORE2']) await jsm.streams.delete(name);
  },
};

/** Six in all, of which no stream has more than four: the limit is each stream's. */
const consumers: Scenario = {
  rule: 'account_consumers',
  provoke: async ({ jsm }) => {
    const add = (stream: string, durable_name: string) =>
      jsm.consumers.add(stream, { durable_name, ack_policy: AckPolicy.None, filter_subject: 'none.such' });
    for (const name of ['a', 'b', 'c', 'd']) await add('FILES', name);
    for (const name of ['a', 'b']) await add('MEMORY', name);
  },
  expected: async ({ jsm }) => ({
    severity: 'warning',
    subject: account,
    evidence: `FILES has ${(await jsm.streams.info('FILES')).state.consumer_count} of the ${(await jsm.getAccountInfo()).limits.max_consumers} that each stream may have`,
    since: null,
    cure: /Delete consumers that nobody uses/,
  }),
  cure: async ({ jsm }) => {
    await jsm.consumers.delete('FILES', 'd');
  },
};

/** In another account, which takes most of what the server has left. */
export function inRoomy(nats: () => NatsServer): readonly Scenario[] {
  let nc: NatsConnection;
  const fill = async (stream: StreamConfig | (Partial<StreamConfig> & { name: string }), messages: number) => {
    nc ??= await connectTo(nats().url, { user: roomy.user, pass: roomy.password });
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({ subjects: [`${stream.name}.>`], ...stream });
    const js = jetstream(nc);
    for (let n = 0; n < messages; n++) await js.publish(`${stream.name}.x`, 'x'.repeat(100_000));
  };
  const remove = async (name: string) => {
    await (await jetstreamManager(nc)).streams.delete(name);
  };
  return [
    {
      rule: 'server_storage',
      provoke: () => fill({ name: 'LARGE' }, 65),
      expected: async (world) => {
        const store = await storeOf(world);
        return {
          severity: 'warning',
          subject: server,
          title: 'test: JetStream storage is nearly used up',
          evidence: share(store.storage, store.config.max_storage),
          since: 'around',
          cure: /raise max_file_store/,
        };
      },
      cure: () => remove('LARGE'),
    },
    {
      rule: 'server_js_memory',
      provoke: () => fill({ name: 'LOADED', storage: StorageType.Memory }, 14),
      expected: async (world) => {
        const store = await storeOf(world);
        return {
          severity: 'warning',
          subject: server,
          evidence: share(store.memory, store.config.max_memory),
          since: 'around',
          cure: /raise max_memory_store/,
        };
      },
      cure: () => remove('LOADED'),
    },
    {
      rule: 'server_reserved',
      provoke: () => fill({ name: 'RESERVED', max_bytes: 13 * MB }, 0),
      expected: async (world) => {
        const store = await storeOf(world);
        return {
          severity: 'warning',
          subject: server,
          evidence: share(store.reserved_storage, store.config.max_storage),
          since: 'around',
          cure: /lower max_bytes where it is larger than needed/,
        };
      },
      cure: async () => {
        await remove('RESERVED');
        await nc.close();
      },
    },
  ];
}

export const accountScenarios: readonly Scenario[] = [storage, memory, streams, consumers];
