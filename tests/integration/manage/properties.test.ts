import { routes, withoutServerLabels } from '@jetstream-console/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startManageWorld, type ManageWorld } from './world';

let world: ManageWorld;
beforeAll(async () => {
  world = await startManageWorld();
});
afterAll(async () => {
  await world?.stop();
});

const second = 1_000_000_000;
const count = fc.integer({ min: 1, max: 1_000_000 });
const name = fc.stringMatching(/^[a-z]{1,8}$/);
const text = fc.string({ maxLength: 20 }).filter((s) => !s.includes('\0'));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
/** Whole nanoseconds, most of them no number that a double holds. */
const age = fc.bigInt({ min: 300n * BigInt(second), max: 9_000_000_000_000_000_000n });

/** Configurations that hang together, as a server takes them. */
const config = fc.record(
  {
    description: maybe(text),
    retention: fc.constantFrom('limits', 'interest', 'workqueue'),
    storage: fc.constantFrom('file', 'memory'),
    discard: fc.constantFrom('old', 'new'),
    max_msgs: maybe(count),
    max_msgs_per_subject: maybe(count),
    max_msg_size: maybe(count),
    max_consumers: maybe(count),
    max_age: maybe(age),
    duplicate_window: fc.integer({ min: 1, max: 200 }).map((s) => s * second),
    compression: fc.constantFrom('none', 's2'),
    allow_direct: fc.boolean(),
    allow_rollup_hdrs: fc.boolean(),
    allow_atomic: fc.boolean(),
    allow_batched: fc.boolean(),
    allow_msg_ttl: fc.boolean(),
    deny_delete: fc.boolean(),
    no_ack: fc.boolean(),
    first_seq: maybe(count),
    metadata: maybe(fc.dictionary(name, text, { maxKeys: 4 })),
    consumer_limits: maybe(fc.record({ max_ack_pending: count })),
  },
  { requiredKeys: ['retention', 'storage', 'discard', 'duplicate_window'] },
);

/** One edit that every server takes of every such configuration. */
const edit = fc.oneof(
  fc.record({ description: text.filter((s) => s !== '') }),
  fc.record({ max_msgs: count }),
  fc.record({ max_msg_size: count }),
  fc.record({ max_msgs_per_subject: count }),
  fc.record({ allow_direct: fc.boolean() }),
  fc.record({ metadata: fc.dictionary(name, text, { minKeys: 1, maxKeys: 3 }) }),
  fc.record({ allow_atomic: fc.boolean() }),
  fc.record({ no_ack: fc.boolean() }),
);

const written = (value: object) =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `#${item}#` : item)).replace(
    /"#(\d+)#"/g,
    '$1',
  );
/** The server's answer with every long number as the text it came as, and without the labels that it writes itself. */
const toTheLetter = async (stream: string): Promise<Record<string, unknown>> => {
  const answer = (await world.nc.request(`$JS.API.STREAM.INFO.${stream}`)).string();
  const marked = answer.replace(/"(?:[^"\\]|\\.)*"|-?\d{10,}/g, (found) =>
    found.startsWith('"') ? found : `"#${found}"`,
  );
  return withoutServerLabels(Object(JSON.parse(marked)).config);
};

it('changes the one field that is edited and no other, on whatever configuration the server took', async () => {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(config, edit, async (random, change) => {
      const stream = `P${++made}`;
      const created = await world.nc.request(
        `$JS.API.STREAM.CREATE.${stream}`,
        written({ ...random, name: stream, subjects: [`${stream}.>`] }),
      );
      // One in a few hundred a server does not take: it is about those that it does. Too many refusals fail the property.
      fc.pre(!created.string().includes('"error"'));
      const before = await toTheLetter(stream);
      const params = { clusterId: world.clusterId, stream };
      const { hash } = await world.api.get(routes.getStreamConfig, { params }, world.api.admin);
      const body = { basedOn: hash, change };
      const result = await world.api.get(routes.updateStream, { params, body }, world.api.admin);
      const after = await toTheLetter(stream);
      const [field = ''] = Object.keys(change);
      const { [field]: _was, ...restBefore } = before;
      const { [field]: _is, ...restAfter } = after;
      expect(restAfter).toEqual(restBefore);
      expect(result.ignored).toEqual([]);
      expect(result.adjusted).toEqual([]);
      expect(result.diff.every((entry) => entry.field === field)).toBe(true);
      await world.ask(`STREAM.DELETE.${stream}`);
    }),
    { numRuns: 60, maxSkipsPerRun: 1 },
  );
});
