import { routes, type Scope } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeScopedPerson } from '../setup/people';
import { eventually } from '../setup/wait';
import { base64, startMessageWorld, text, type MessageWorld, type Publish } from './world';

let world: MessageWorld;
beforeAll(async () => {
  world = await startMessageWorld();
});
afterAll(async () => {
  await world?.stop();
});

const stored = async (stream: string, seq: number) => {
  const message = await world.jsm.streams.getMessage(stream, { seq });
  if (!message) throw new Error(`no message ${seq} in ${stream}`);
  return message;
};
const refused = (stream: string, body: Publish, who = world.api.admin) =>
  world.api.refused(routes.publishMessage, { ...world.at(stream), body }, who);
const lastAudit = async (action: string) =>
  (await world.api.get(routes.listAudit, { query: { action, limit: 1 } }, world.api.admin)).items[0];

it('stores payload and headers to the byte, and answers what the stream acknowledged', async () => {
  const stream = await world.stream();
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const ack = await world.publish(stream, {
    subject: `${stream}.a`,
    payload: base64(bytes),
    headers: [
      { name: 'trace', value: 'one: two' },
      { name: 'Trace', value: 'ä' },
      { name: 'trace', value: 'three' },
    ],
  });
  expect(ack).toEqual({ stream, seq: 1, duplicate: false, domain: null, counter: null });
  const message = await stored(stream, 1);
  expect(Buffer.from(message.data)).toEqual(Buffer.from(bytes));
  expect(message.header.values('trace')).toEqual(['one: two', 'three']);
  expect(message.header.values('Trace')).toEqual(['ä']);
  expect((await world.publish(stream, { subject: `${stream}.a`, payload: text('') })).seq).toBe(2);
  expect((await stored(stream, 2)).data).toHaveLength(0);
  // What was in it is nobody's business in the audit.
  expect(await lastAudit('message.publish')).toMatchObject({
    status: 'success',
    changes: { after: { seq: 2, bytes: 0 } },
  });
});

it('says that a message id was there already', async () => {
  const stream = await world.stream();
  const body = { subject: `${stream}.a`, payload: text('once'), messageId: 'order 1' };
  expect(await world.publish(stream, body)).toMatchObject({ seq: 1, duplicate: false });
  expect(await world.publish(stream, body)).toMatchObject({ seq: 1, duplicate: true });
  expect((await world.jsm.streams.info(stream)).state.messages).toBe(1);
});

it('compares and sets by the sequence of the stream, of the subject, and by the last id', async () => {
  const stream = await world.stream();
  const [a, b] = [`${stream}.a`, `${stream}.b`];
  const give = (subject: string, expect: Publish['expect'], messageId?: string): Publish => ({
    subject,
    payload: text('x'),
    expect,
    ...(messageId !== undefined && { messageId }),
  });
  expect((await world.publish(stream, give(a, { lastSequence: 0 }, 'first'))).seq).toBe(1);
  expect(await refused(stream, give(a, { lastSequence: 0 }))).toMatchObject({
    status: 409,
    code: 'wrong_last_sequence',
    nats: { errCode: 10071 },
  });
  expect((await world.publish(stream, give(b, { lastSubjectSequence: 0 }))).seq).toBe(2);
  expect((await world.publish(stream, give(a, { lastSubjectSequence: 1 }))).seq).toBe(3);
  const late = await refused(stream, give(a, { lastSubjectSequence: 1 }));
  expect(late).toMatchObject({ status: 409, code: 'wrong_last_sequence' });
  expect(late.detail).toContain('3');
  expect(await refused(stream, give(a, { lastMessageId: 'other' }))).toMatchObject({
    status: 409,
    code: 'wrong_last_message_id',
  });
  expect((await world.jsm.streams.info(stream)).state.last_seq).toBe(3);
});

it('lets a message live for a while, adds to a counter, and has the server publish later', async () => {
  const ttl = await world.stream({ allow_msg_ttl: true });
  await world.publish(ttl, { subject: `${ttl}.a`, payload: text('soon gone'), ttl: 1 });
  await world.publish(ttl, { subject: `${ttl}.a`, payload: text('stays'), ttl: 'never' });
  await eventually(async () => (await world.jsm.streams.info(ttl)).state.messages === 1);
  expect(String((await stored(ttl, 2)).string())).toBe('stays');

  const counter = await world.stream({ allow_msg_counter: true, allow_direct: true });
  const count = (increment: string) =>
    world.publish(counter, { subject: `${counter}.n`, payload: text(''), increment });
  expect((await count('+9007199254740993')).counter).toBe('9007199254740993');
  expect((await count('-3')).counter).toBe('9007199254740990');

  const planned = await world.stream({ allow_msg_schedules: true });
  const at = new Date(Date.now() + 1000).toISOString();
  await world.publish(planned, {
    subject: `${planned}.plan`,
    payload: text('now'),
    schedule: { pattern: `@at ${at}`, target: `${planned}.done` },
  });
  const fired = await eventually(() =>
    world.jsm.streams.getMessage(planned, { last_by_subj: `${planned}.done` }).catch(() => null),
  );
  expect(fired.string()).toBe('now');
});

describe('what a stream does not take is refused before anything is sent', () => {
  it.each<[string, Record<string, unknown>, Partial<Publish>, string]>([
    ['another subject', {}, { subject: 'elsewhere' }, 'body.subject'],
    ['a life of its own', {}, { ttl: 5 }, 'body.ttl'],
    ['an increment', {}, { increment: '+1', payload: text('') }, 'body.increment'],
    ['a counter without one', { allow_msg_counter: true }, {}, 'body.increment'],
    ['a schedule', {}, { schedule: { pattern: '@every 5m', target: 'S.x' } }, 'body.schedule'],
    ['more than the stream allows', { max_msg_size: 10 }, { payload: text('x'.repeat(11)) }, 'body.payload'],
    ['anything, sealed', { sealed: true }, {}, 'body.subject'],
  ])('%s', async (_, config, body, field) => {
    const { sealed, ...rest } = config;
    const stream = await world.stream(rest);
    if (sealed) await world.ask(`STREAM.UPDATE.${stream}`, { name: stream, subjects: [`${stream}.>`], sealed: true });
    const problem = await refused(stream, { subject: `${stream}.a`, payload: text('x'), ...body });
    expect(problem).toMatchObject({ status: 422, code: 'publish_refused' });
    expect(problem.errors?.map((error) => error.field)).toContain(field);
    expect((await world.jsm.streams.info(stream)).state.messages).toBe(0);
  });

  it.each<[string, Partial<Publish>]>([
    ['a wildcard', { subject: 'S.*' }],
    ['a command to the servers', { subject: '$JS.API.STREAM.DELETE.ORDERS' }],
    ['somebody’s answer', { subject: '_INBOX.x' }],
    ['a header that commands', { headers: [{ name: 'Nats-Rollup', value: 'all' }] }],
    ['a header of two lines', { headers: [{ name: 'a', value: 'b\r\nNats-Rollup: all' }] }],
    ['a payload that is no base64', { payload: { encoding: 'base64', data: 'a*' } }],
    ['an increment with a payload', { increment: '+1' }],
    ['half a character', { payload: text('\ud800') }],
  ])('%s', async (_, body) => {
    const stream = await world.stream();
    const problem = await refused(stream, { subject: `${stream}.a`, payload: text('x'), ...body });
    expect(problem.status).toBe(400);
    expect((await world.jsm.streams.info(stream)).state.messages).toBe(0);
  });

  it('a payload of many megabytes', async () => {
    const stream = await world.stream();
    const big = { subject: `${stream}.a`, payload: text('x'.repeat(20_000_000)) };
    // The answer comes while the body is on its way: where the sender sees it depends on who is faster.
    const answer = await world.api
      .ask(routes.publishMessage, { ...world.at(stream), body: big }, world.api.admin)
      .catch(() => null);
    if (answer) expect(answer.status).toBe(413);
    expect((await world.jsm.streams.info(stream)).state.messages).toBe(0);
  });
});

describe('rights', () => {
  const scope = (rest: object): Scope => ({ kind: 'cluster', clusterId: world.clusterId, ...rest });

  it('hold for subjects', async () => {
    const stream = await world.stream({ allow_msg_schedules: true });
    const person = await makeScopedPerson(world.api, 'operator', scope({ subjectPattern: `${stream}.mine.>` }));
    const give = (subject: string) => ({ subject, payload: text('x') });
    const answer = await world.api.ask(
      routes.publishMessage,
      { ...world.at(stream), body: give(`${stream}.mine.a`) },
      person.token,
    );
    expect(answer.status, answer.text).toBe(201);
    expect(await refused(stream, give(`${stream}.yours`), person.token)).toMatchObject({ status: 403 });
    // A schedule would publish with nobody's rights.
    const schedule = { pattern: '@every 1h', target: `${stream}.yours` };
    expect(await refused(stream, { ...give(`${stream}.mine.b`), schedule }, person.token)).toMatchObject({
      status: 403,
    });
  });

  it('take those of the values where a stream is a bucket', async () => {
    const name = 'KV_rights';
    await world.ask(`STREAM.CREATE.${name}`, { name, subjects: ['$KV.rights.>'], max_msgs_per_subject: 5 });
    const mine = await makeScopedPerson(world.api, 'operator', scope({ namePattern: 'KV_*' }));
    const put = { subject: '$KV.rights.a', payload: text('x') };
    expect(await refused(name, put, mine.token)).toMatchObject({ status: 403 });
    const whole = await makeScopedPerson(world.api, 'operator', scope({}));
    await world.api.get(routes.publishMessage, { ...world.at(name), body: put }, whole.token);
    const deletes = { ...put, headers: [{ name: 'KV-Operation', value: 'DEL' }] };
    expect(await refused(name, deletes, whole.token)).toMatchObject({ status: 403 });
    await world.publish(name, deletes);
  });
});

describe('one message', () => {
  const remove = (stream: string, seq: number, body: { erase: boolean; confirm: string }, who = world.api.admin) =>
    world.api.ask(routes.deleteMessage, { params: { ...world.at(stream).params, seq }, body }, who);

  it('is deleted or erased, and the audit says where it stood', async () => {
    const stream = await world.stream();
    for (const data of ['secret 1', 'secret 2', 'secret 3'])
      await world.publish(stream, { subject: `${stream}.a`, payload: text(data) });
    for (const [seq, erase] of [
      [1, true],
      [2, false],
    ] as const) {
      const answer = await remove(stream, seq, { erase, confirm: stream });
      expect(answer.status, answer.text).toBe(200);
      expect(answer.json()).toEqual({ deleted: true, seq, subject: `${stream}.a`, erased: erase });
    }
    const { state } = await world.jsm.streams.info(stream);
    expect(state).toMatchObject({ messages: 1, first_seq: 3 });
    const record = await lastAudit('message.delete');
    expect(record).toMatchObject({
      status: 'success',
      changes: { before: { seq: 2, subject: `${stream}.a`, bytes: 8 } },
    });
    expect(JSON.stringify(record)).not.toContain('secret');
  });

  it('stays where it is not there, the name is another, or the stream forbids it', async () => {
    const stream = await world.stream({ deny_delete: true });
    await world.publish(stream, { subject: `${stream}.a`, payload: text('kept') });
    const problem = async (seq: number, confirm: string) =>
      (await remove(stream, seq, { erase: false, confirm })).json();
    expect(await problem(1, 'other')).toMatchObject({ status: 400, code: 'not_confirmed' });
    expect(await problem(2, stream)).toMatchObject({ status: 404 });
    expect(await problem(1, stream)).toMatchObject({ status: 422, code: 'delete_refused' });
    expect((await world.jsm.streams.info(stream)).state.messages).toBe(1);
  });
});

it('tells a cluster that is read-only in the console from one that refuses', async () => {
  const stream = await world.stream();
  const params = { clusterId: world.clusterId };
  await world.api.get(routes.updateCluster, { params, body: { readOnly: true } }, world.api.admin);
  const problem = await refused(stream, { subject: `${stream}.a`, payload: text('x') });
  await world.api.get(routes.updateCluster, { params, body: { readOnly: false } }, world.api.admin);
  expect(problem.status).toBe(403);
  expect((await world.jsm.streams.info(stream)).state.messages).toBe(0);
});

it('is published as a client would: subscribers get it too', async () => {
  const stream = await world.stream();
  const got = new Promise<string>((resolve) => {
    world.nc.subscribe(`${stream}.a`, { max: 1, callback: (_, msg) => resolve(msg.headers?.get('x') ?? '') });
  });
  await world.nc.flush();
  await world.publish(stream, { subject: `${stream}.a`, payload: text('x'), headers: [{ name: 'x', value: '1' }] });
  expect(await got).toBe('1');
});
