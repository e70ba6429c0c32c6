import { gzipSync } from 'node:zlib';
import { encode as toMsgpack } from '@msgpack/msgpack';
import { routes, type QueryIn, type Routes } from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { encode as toCbor } from 'cbor2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMessageWorld, type MessageWorld } from './world';

let world: MessageWorld;
beforeAll(async () => {
  world = await startMessageWorld();
});
afterAll(async () => {
  await world?.stop();
});

const order = { id: 2n ** 63n, city: 'Osaka', items: [{ sku: 'A-1', n: 2 }] };
const read = '{"id":"9223372036854775808","city":"Osaka","items":[{"sku":"A-1","n":2}]}';
const packed = toMsgpack(order, { useBigInt64: true });

/** @returns the name of a stream that holds these payloads, from sequence 1 on */
async function streamOf(payloads: readonly (string | Uint8Array)[]): Promise<string> {
  const stream = await world.stream({ allow_direct: true });
  const js = jetstream(world.nc);
  for (const payload of payloads) await js.publish(`${stream}.x`, payload);
  return stream;
}
const message = (stream: string, seq: number, query: QueryIn<Routes['getMessage']> = {}) =>
  world.api.get(routes.getMessage, { params: { ...world.at(stream).params, seq }, query }, world.api.admin);
const list = (stream: string, query: QueryIn<Routes['listMessages']> = {}) =>
  world.api.get(routes.listMessages, { ...world.at(stream), query }, world.api.admin);

it('MessagePack and CBOR are read as what they hold, packed or not, and text stays text', async () => {
  const stream = await streamOf([packed, toCbor(order), gzipSync(packed), '{"id":1}', Buffer.from([0, 1, 2])]);
  for (const [seq, as] of [
    [1, 'msgpack'],
    [2, 'cbor'],
    [3, 'msgpack'],
  ] as const)
    expect((await message(stream, seq)).decoded).toEqual({
      as,
      how: 'recognized',
      text: read,
      truncated: false,
      note: null,
    });
  for (const seq of [4, 5]) expect((await message(stream, seq)).decoded).toBeUndefined();
  const { items } = await list(stream, { direction: 'newer' });
  expect(items.map(({ decoded }) => decoded?.as)).toEqual(['msgpack', 'cbor', 'msgpack', undefined, undefined]);
});

it('are read as what a person picks, or a sentence says why not, and the bytes stay', async () => {
  // Numbers alone could be anything.
  const numbers = toMsgpack([1, 2, 3]);
  const stream = await streamOf([numbers, Buffer.from('0896011205' + Buffer.from('Osaka').toString('hex'), 'hex')]);
  expect((await message(stream, 1)).decoded).toBeUndefined();
  const picked = await message(stream, 1, { decode: 'msgpack' });
  expect(picked.decoded).toMatchObject({ how: 'picked', text: '[1,2,3]' });
  expect(picked.payload.base64).toBe(Buffer.from(numbers).toString('base64'));
  const fields = await message(stream, 2, { decode: 'protobuf' });
  expect(fields.decoded).toMatchObject({ how: 'picked', text: '{"1":150,"2":"Osaka"}' });
  expect((await message(stream, 2)).decoded).toBeUndefined();
  const wrong = await message(stream, 1, { decode: 'cbor' });
  expect(wrong.decoded).toMatchObject({ text: null, note: expect.stringContaining('It is no CBOR') as unknown });
  expect((await message(stream, 1, { decode: 'none' })).decoded).toBeUndefined();
});

it('are found by JSON path, and counted as not looked at where they hold too much', async () => {
  const huge = toMsgpack({ city: 'Osaka', many: Array.from({ length: 60_000 }, (_, i) => i % 100) });
  const stream = await streamOf([packed, toCbor(order), toCbor({ city: 'Oslo' }), '{"city":"Osaka"}', huge]);
  const found = await list(stream, { direction: 'newer', jsonPath: "$.city == 'Osaka'" });
  expect(found.items.map(({ seq }) => seq)).toEqual([1, 2, 4]);
  expect(found.progress.unread).toBe(1);
  const digits = await list(stream, { direction: 'newer', jsonPath: "$.id == '9223372036854775808'" });
  expect(digits.items.map(({ seq }) => seq)).toEqual([1, 2]);
});

it('have fields in the inferred schema', async () => {
  const stream = await streamOf([packed, toCbor({ city: 'Oslo' }), Buffer.from([0, 1, 2])]);
  const schema = await world.api.get(routes.getMessageSchema, world.at(stream), world.api.admin);
  expect(schema).toMatchObject({ documents: 2, others: { binary: 1 } });
  expect(schema.fields.find(({ path }) => path === '$.city')).toMatchObject({ coverage: 1, always: true });
});
