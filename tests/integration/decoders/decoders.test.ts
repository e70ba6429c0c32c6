import { gzipSync } from 'node:zlib';
import { create } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { apiBase, routes, urlOf, type BodyIn, type QueryIn, type Routes } from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encoded, ordersSet, setOf } from '../../../backend/server/src/decoders/orders.fixture';
import { startMessageWorld, type MessageWorld } from '../messages/world';
import { parseProblem } from '../setup/api';
import { askOne } from '../query/ask';
import { bearer } from '../setup/http';
import { makeOrganization, makePerson, makeScopedPerson } from '../setup/people';
import { sendBytes, uploadDescriptor } from './world';

let world: MessageWorld;
let descriptor: string;
beforeAll(async () => {
  world = await startMessageWorld();
  descriptor = (await uploadDescriptor(world.api, 'orders')).id;
});
afterAll(async () => {
  await world?.stop();
});

const set = ordersSet();
const type = 'orders.v1.Order';
const order = encoded(set, type, { id: '9223372036854775808', city: 'Osaka', status: 'STATUS_PAID' });
const read = '{"id":"9223372036854775808","city":"Osaka","status":"STATUS_PAID"}';
const here = () => ({ clusterId: world.clusterId });

type Binding = BodyIn<Routes['createProtobufBinding']>;
const bind = (body: Omit<Binding, 'descriptor'> & { descriptor?: string }, token = world.api.admin) =>
  world.api.get(routes.createProtobufBinding, { params: here(), body: { descriptor, ...body } }, token);
const refusedBind = (body: Binding, token = world.api.admin) =>
  world.api.refused(routes.createProtobufBinding, { params: here(), body }, token);

/** @returns the name of a stream that holds these payloads, from sequence 1 on */
async function streamOf(payloads: readonly (string | Uint8Array)[]): Promise<string> {
  const stream = await world.stream({ allow_direct: true });
  const js = jetstream(world.nc);
  for (const payload of payloads) await js.publish(`${stream}.x`, payload, { retries: 20 });
  return stream;
}
const message = (stream: string, seq: number, query: QueryIn<Routes['getMessage']> = {}, token = world.api.admin) =>
  world.api.get(routes.getMessage, { params: { ...world.at(stream).params, seq }, query }, token);

const changes = (action: string) =>
  world.api.database.query<{ status: string; changes: { before: unknown; after: unknown } | null }>(
    'select status, changes from audit_outbox where action = $1 order by time desc',
    [action],
  );

describe('a message whose subject is bound', () => {
  it('is read by its type, in lists too, until somebody asks for something else', async () => {
    const stream = await streamOf([order, gzipSync(order), 'plain text', '']);
    expect((await message(stream, 1)).decoded).toBeUndefined();
    const made = await bind({ subject: `${stream}.>`, type });
    const shown = { name: type, descriptor: { id: descriptor, name: 'orders' } };
    const binding = { id: made.id, stream: null, subject: `${stream}.>` };
    const bound = { as: 'protobuf', how: 'bound', text: read, note: null, type: { ...shown, binding } };
    expect((await message(stream, 1)).decoded).toMatchObject(bound);
    expect((await message(stream, 2)).decoded).toMatchObject(bound);
    // What does not fit says so, and its bytes are shown as before.
    const misfit = await message(stream, 3);
    expect(misfit.payload).toMatchObject({ format: 'text', text: 'plain text' });
    expect(misfit.decoded).toMatchObject({ text: null, note: expect.stringContaining(`It is no ${type}`) as unknown });
    expect((await message(stream, 4)).decoded).toBeUndefined();
    const { items } = await world.api.get(
      routes.listMessages,
      { ...world.at(stream), query: { direction: 'newer' } },
      world.api.admin,
    );
    expect(items.map(({ decoded }) => decoded?.how)).toEqual(['bound', 'bound', 'bound', undefined]);
    expect((await message(stream, 1, { decode: 'none' })).decoded).toBeUndefined();
    const numbers = await message(stream, 1, { decode: 'protobuf' });
    expect(numbers.decoded).toMatchObject({ how: 'picked', text: '{"1":"9223372036854775808","2":"Osaka","3":1}' });
    expect(numbers.decoded?.type).toBeUndefined();
    const picked = await message(stream, 1, { decode: 'protobuf', descriptor, type: 'orders.v1.Order.Item' });
    expect(picked.decoded).toMatchObject({
      how: 'picked',
      text: null,
      note: expect.stringContaining('It is no orders.v1.Order.Item') as unknown,
    });
    await world.api.get(routes.deleteProtobufBinding, { params: { ...here(), bindingId: made.id } }, world.api.admin);
    expect((await message(stream, 1)).decoded).toBeUndefined();
  });

  it('goes by the narrowest pattern, and by the next content of the descriptor set from then on', async () => {
    const own = (await uploadDescriptor(world.api, 'changing')).id;
    const stream = await streamOf([order]);
    await bind({ subject: `${stream}.>`, type: 'orders.v1.Order.Voucher' });
    const narrow = await bind({ subject: `${stream}.x`, stream, type, descriptor: own });
    expect((await message(stream, 1)).decoded).toMatchObject({ text: read });
    const { items } = await world.api.get(routes.listProtobufBindings, { params: here() }, world.api.admin);
    const mine = items.filter(({ subject }) => subject.startsWith(stream));
    expect(mine.map(({ subject }) => subject)).toEqual([`${stream}.x`, `${stream}.>`]);

    const renamed = setOf(
      create(FileDescriptorProtoSchema, {
        name: 'orders/v1/orders.proto',
        package: 'orders.v1',
        syntax: 'proto3',
        messageType: [{ name: 'Order', field: [{ number: 2, name: 'town', type: 9, label: 1 }] }],
      }),
    );
    const replace = (bytes: Buffer) =>
      sendBytes(world.api, routes.replaceDescriptor, { params: { descriptorId: own } }, bytes);
    const replaced = await replace(renamed);
    expect(replaced.json()).toMatchObject({ revision: 2, types: 1 });
    expect((await message(stream, 1)).decoded).toMatchObject({
      text: '{"town":"Osaka","1":"9223372036854775808","3":1}',
      note: expect.stringContaining('2 fields are not in orders.v1.Order') as unknown,
    });

    // Neither goes while a binding needs it, and the answer says which.
    const without = setOf(
      create(FileDescriptorProtoSchema, { name: 'a.proto', syntax: 'proto3', messageType: [{ name: 'Other' }] }),
    );
    const lost = parseProblem(await replace(without));
    expect(lost).toMatchObject({ status: 409, code: 'type_bound' });
    expect(lost.detail).toContain(`${stream}.x of ${stream}`);
    const remove = { params: { descriptorId: own } };
    const bound = await world.api.refused(routes.deleteDescriptor, remove, world.api.admin);
    expect(bound).toMatchObject({ status: 409, code: 'descriptor_bound' });
    expect(bound.detail).toContain(`${stream}.x of ${stream}`);
    await world.api.get(routes.deleteProtobufBinding, { params: { ...here(), bindingId: narrow.id } }, world.api.admin);
    await world.api.get(routes.deleteDescriptor, remove, world.api.admin);
    expect((await message(stream, 1)).decoded).toMatchObject({ text: null });
  });
});

describe('a value of a key', () => {
  it('is read as a message of its bucket is, in lists, with its history and as it changes', async () => {
    const bucket = `decoded${Date.now().toString(36)}`;
    const kv = await new Kvm(world.nc).create(bucket, { history: 2 });
    await kv.put('first', encoded(set, type, { city: 'Oslo' }));
    await kv.put('first', order);
    await kv.put('plain', 'text');
    // What names itself needs no binding.
    await kv.put('packed', Buffer.from('81a163a44f736c6f', 'hex'));
    const at = { clusterId: world.clusterId, bucket };
    const key = (name: string) =>
      world.api.get(routes.getKey, { params: at, query: { key: name, history: 'true' } }, world.api.admin);
    expect((await key('packed')).entry.decoded).toMatchObject({ as: 'msgpack', text: '{"c":"Oslo"}' });
    expect((await key('first')).entry.decoded?.type).toBeUndefined();
    await bind({ subject: `$KV.${bucket}.>`, stream: `KV_${bucket}`, type });
    const bound = { as: 'protobuf', how: 'bound', text: read, type: { name: type } };
    const { entry, history } = await key('first');
    expect(entry.decoded).toMatchObject(bound);
    expect(history.map(({ decoded }) => decoded?.text)).toEqual([read, '{"city":"Oslo"}']);
    const plain = (await key('plain')).entry;
    expect(plain.payload.text).toBe('text');
    expect(plain.decoded).toMatchObject({ text: null, note: expect.stringContaining(`It is no ${type}`) as unknown });
    const { items } = await world.api.get(routes.listKeys, { params: at, query: { values: 'true' } }, world.api.admin);
    expect(items.find((item) => item.key === 'first')?.entry?.decoded).toMatchObject(bound);
    const watched = await world.api.send({
      method: 'GET',
      path: apiBase + urlOf(routes.watchKeys, at, { prefix: 'first', after: 0 }),
      headers: bearer(world.api.admin),
      until: (text) => text.includes('Osaka'),
    });
    expect(watched.text).toContain('"how":"bound"');
  });
});

describe('where a subject is bound', () => {
  const oslo = encoded(set, type, { city: 'Oslo', price: 2.5 });
  // More values than a JSON path or the schema is tried on.
  const huge = Buffer.concat([
    encoded(set, type, { city: 'Osaka' }),
    Buffer.from('42f0d403', 'hex'),
    Buffer.alloc(60_016),
  ]);
  let stream: string;
  beforeAll(async () => {
    stream = await streamOf([order, oslo, '{"city":"Osaka"}', 'plain text', '', gzipSync(order), huge]);
    await bind({ subject: `${stream}.>`, type });
  });

  it('JSON paths look into messages of the type, and into others as before', async () => {
    const list = (jsonPath: string) =>
      world.api.get(
        routes.listMessages,
        { ...world.at(stream), query: { direction: 'newer', jsonPath } },
        world.api.admin,
      );
    const found = await list("$.city == 'Osaka'");
    expect(found.items.map(({ seq }) => seq)).toEqual([1, 3, 6]);
    expect(found.progress.unread).toBe(1);
    expect((await list("$.status == 'STATUS_PAID'")).items.map(({ seq }) => seq)).toEqual([1, 6]);
    expect((await list('$.price > 2')).items.map(({ seq }) => seq)).toEqual([2]);
  });

  it('fields stand in the inferred schema', async () => {
    const schema = await world.api.get(routes.getMessageSchema, world.at(stream), world.api.admin);
    expect(schema).toMatchObject({ sampled: 7, documents: 4, others: { empty: 1, text: 1, binary: 1 } });
    expect(schema.fields.find(({ path }) => path === '$.city')).toMatchObject({ coverage: 1 });
  });

  it('an export is narrowed by its fields, and holds the bytes as they are', async () => {
    const query = { as: 'ndjson', jsonPath: "$.status == 'STATUS_PAID'" } as const;
    const { text } = await world.api.ask(
      routes.exportMessages,
      { ...world.at(stream), query: { ...query, toSeq: 5 } },
      world.api.admin,
    );
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([{ seq: 1, encoding: 'base64', payload: order.toString('base64') }]);
  });

  it('log lines of the datasource are messages of the type', async () => {
    const range = { fromMs: Date.now() - 3_600_000, toMs: Date.now() + 60_000 };
    const spec = { kind: 'messages', cluster: world.clusterId, stream, jsonPath: '$.price == 2.5' } as const;
    const { frames } = await askOne(world.api, world.api.admin, range, spec);
    expect(frames[0]?.fields.find(({ name }) => name === 'body')?.values).toEqual(['{"city":"Oslo","price":2.5}']);
  });
});

describe('descriptor sets', () => {
  it('show their types', async () => {
    const params = { descriptorId: descriptor };
    const all = await world.api.get(routes.getDescriptor, { params, query: { search: 'ORDER.' } }, world.api.admin);
    expect(all).toMatchObject({ name: 'orders', files: 6, revision: 1, matching: 2 });
    expect(all.items.map(({ name }) => name)).toEqual(['orders.v1.Order.Item', 'orders.v1.Order.Voucher']);
    expect(all.items[0]).toMatchObject({
      file: 'orders/v1/orders.proto',
      fields: [{ number: 1, name: 'sku', type: 'string' }, {}],
    });
  });

  it('are refused with a sentence where they are none, and nothing is kept', async () => {
    const upload = async (bytes: Buffer, name = 'broken') =>
      parseProblem(await sendBytes(world.api, routes.uploadDescriptor, { query: { name } }, bytes));
    expect(await upload(Buffer.from('syntax = "proto3";'))).toMatchObject({
      status: 422,
      code: 'not_a_descriptor_set',
    });
    expect(await upload(Buffer.alloc(17 * 1024 * 1024))).toMatchObject({ status: 413, code: 'descriptor_too_large' });
    expect(await upload(set, 'orders')).toMatchObject({ status: 409, code: 'name_taken' });
    const { items } = await world.api.get(routes.listDescriptors, {}, world.api.admin);
    expect(items.map(({ name }) => name)).not.toContain('broken');
    expect((await changes('protobuf.descriptor.create'))[0]).toMatchObject({
      status: 'failure',
      changes: { after: { name: 'orders' } },
    });
  });

  it('and bindings stand in the audit with before and after', async () => {
    const made = await bind({ subject: 'audited.>', type });
    const params = { ...here(), bindingId: made.id };
    const body = { subject: 'audited.*', stream: null, descriptor, type: 'orders.v1.Order.Item' };
    await world.api.get(routes.updateProtobufBinding, { params, body }, world.api.admin);
    expect((await changes('protobuf.binding.update'))[0]).toMatchObject({
      status: 'success',
      changes: {
        before: { subject: 'audited.>', type },
        after: { subject: 'audited.*', type: 'orders.v1.Order.Item' },
      },
    });
    await world.api.get(routes.deleteProtobufBinding, { params }, world.api.admin);
    expect((await changes('protobuf.binding.delete'))[0]?.changes).toMatchObject({
      before: { subject: 'audited.*', descriptor: { name: 'orders' } },
      after: null,
    });
  });
});

describe('bindings', () => {
  it('name what is there, and each subject and stream once', async () => {
    const body = { subject: 'once.>', descriptor, type };
    await bind({ subject: 'once.>', type });
    expect(await refusedBind(body)).toMatchObject({ status: 409, code: 'name_taken' });
    expect(await refusedBind({ ...body, subject: 'other', type: 'no.Such' })).toMatchObject({
      status: 400,
      detail: 'body.type: orders has no message type no.Such',
    });
    expect(await refusedBind({ ...body, subject: 'other', descriptor: world.clusterId })).toMatchObject({
      status: 400,
      detail: 'body.descriptor: there is no such descriptor set',
    });
    const at = { ...world.at(await streamOf([order])).params, seq: 1 };
    const query = { decode: 'protobuf', descriptor, type: 'no.Such' } as const;
    expect(await world.api.refused(routes.getMessage, { params: at, query }, world.api.admin)).toMatchObject({
      status: 400,
      detail: 'query.type: orders has no message type no.Such',
    });
  });

  it('of all streams take the right over all of them, and reading messages changes none', async () => {
    const stream = await streamOf([order]);
    const scope = { kind: 'cluster', clusterId: world.clusterId, namePattern: stream } as const;
    const { token } = await makeScopedPerson(world.api, 'editor', scope);
    const body = { subject: `${stream}.x`, descriptor, type };
    expect(await refusedBind(body, token)).toMatchObject({ status: 403 });
    expect(await refusedBind({ ...body, stream: 'OTHER' }, token)).toMatchObject({ status: 403 });
    const made = await bind({ subject: `${stream}.x`, stream, type }, token);
    const params = { ...here(), bindingId: made.id };
    // Not away from one's own streams, nor onto them.
    const away = { params, body: { ...body, stream: null } };
    expect(await world.api.refused(routes.updateProtobufBinding, away, token)).toMatchObject({ status: 403 });
    const foreign = await bind({ subject: 'foreign.>', stream: 'OTHER', type });
    const onto = { params: { ...here(), bindingId: foreign.id }, body: { ...body, stream } };
    expect(await world.api.refused(routes.updateProtobufBinding, onto, token)).toMatchObject({ status: 403 });
    const seen = await world.api.get(routes.listProtobufBindings, { params: here() }, token);
    expect(seen.items.map(({ id }) => id)).toContain(made.id);
    expect(seen.items.map(({ id }) => id)).not.toContain(foreign.id);

    const reader = await makePerson(world.api, 'reader');
    expect(await refusedBind(body, reader.token)).toMatchObject({ status: 403 });
    for (const route of [routes.updateProtobufBinding, routes.deleteProtobufBinding])
      expect(await world.api.refused(route, { params, body: { ...body, stream } }, reader.token)).toMatchObject({
        status: 403,
      });
    expect((await message(stream, 1, {}, reader.token)).decoded).toMatchObject({ text: read });
  });
});

it('another organization sees nothing of it, and is not told whether it is there', async () => {
  const { token } = (await makeOrganization(world.api)).admin;
  expect((await world.api.get(routes.listDescriptors, {}, token)).items).toEqual([]);
  expect(await world.api.refused(routes.getDescriptor, { params: { descriptorId: descriptor } }, token)).toMatchObject({
    status: 404,
  });
  expect(await world.api.refused(routes.listProtobufBindings, { params: here() }, token)).toMatchObject({
    status: 404,
  });
  const replaced = await sendBytes(
    world.api,
    routes.replaceDescriptor,
    { params: { descriptorId: descriptor } },
    set,
    token,
  );
  expect(replaced.status).toBe(404);
  expect(await refusedBind({ subject: 'x', descriptor, type }, token)).toMatchObject({ status: 404 });
  // The same name is free there.
  expect(await uploadDescriptor(world.api, 'orders', set, token)).toMatchObject({
    name: 'orders',
    by: expect.any(String) as unknown,
  });
});
