import {
  AckPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  type JetStreamClient,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { routes } from '@jetstream-console/contract';
import { createInbox, headers as natsHeaders, type NatsConnection } from '@nats-io/transport-node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerBlockOf, headersIn } from '../../../backend/server/src/jetstream/headerBlock';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { makeScopedPerson } from '../setup/people';
import { allMessages, seqs, type MessageQuery } from './pages';

let nats: NatsServer;
let api: TestApi;
let nc: NatsConnection;
let jsm: JetStreamManager;
let js: JetStreamClient;
let clusterId: string;

beforeAll(async () => {
  nats = await startNatsServer();
  api = await startTestApi();
  nc = await connectTo(nats.url);
  jsm = await jetstreamManager(nc);
  js = jetstream(nc);
  clusterId = await addCluster(api, [nats.url]);
});
afterAll(async () => {
  await nc?.close();
  await api?.stop();
  await nats?.stop();
});

const at = (stream: string) => ({ clusterId, stream });
const page = (stream: string, query: MessageQuery = {}) =>
  api.get(routes.listMessages, { params: at(stream), query }, api.admin);
/** Both ways to read: batches of direct gets, and one message a request from the leader. */
const ways = [
  ['with allow_direct', true],
  ['without', false],
] as const;

describe.each(ways)('a stream %s', (_, allow_direct) => {
  const name = allow_direct ? 'D' : 'P';
  const subject = name.toLowerCase();
  beforeAll(async () => {
    await jsm.streams.add({ name, subjects: [`${subject}.>`], allow_direct });
    for (let i = 1; i <= 30; i++) await js.publish(`${subject}.${i % 3}`, `message ${i}`);
    for (const seq of [1, 2, 10, 11, 12, 13, 14, 15, 16, 17, 18, 30]) await jsm.streams.deleteMessage(name, seq, true);
  });
  const live = [3, 4, 5, 6, 7, 8, 9, ...Array.from({ length: 11 }, (_, i) => 19 + i)];

  it('newest first, page by page, across holes and to both ends', async () => {
    expect(seqs(await allMessages(api, at(name), { limit: 4 }))).toEqual([...live].reverse());
    expect(seqs(await allMessages(api, at(name), { limit: 4, direction: 'newer' }))).toEqual(live);
    expect(seqs((await page(name, { limit: 3 })).items)).toEqual([29, 28, 27]);
    const whole = await page(name, { limit: 100 });
    expect(whole).toMatchObject({ nextCursor: null, progress: { done: true, why: 'end', matched: 18 } });
    expect(whole.provenance.source).toBe(allow_direct ? 'DIRECT.GET' : 'STREAM.MSG.GET');
  });
  it('from a sequence, which is shown first where it is there, in either direction', async () => {
    expect(seqs((await page(name, { seq: 20, limit: 3 })).items)).toEqual([20, 19, 9]);
    expect(seqs((await page(name, { seq: 20, limit: 3, direction: 'newer' })).items)).toEqual([20, 21, 22]);
    expect(seqs((await page(name, { seq: 14, limit: 2 })).items)).toEqual([9, 8]);
    expect(seqs((await page(name, { seq: 14, limit: 2, direction: 'newer' })).items)).toEqual([19, 20]);
    expect(seqs((await page(name, { seq: 1, limit: 2 })).items)).toEqual([]);
    expect(seqs((await page(name, { seq: 1_000_000, limit: 2 })).items)).toEqual([29, 28]);
    expect(seqs((await page(name, { seq: 1_000_000, limit: 2, direction: 'newer' })).items)).toEqual([]);
  });
  it('from an instant', async () => {
    const all = await allMessages(api, at(name), { direction: 'newer' });
    const twentieth = all.find(({ seq }) => seq === 20);
    const time = new Date(Date.parse(twentieth?.time ?? '') + 1).toISOString();
    const after = all.filter((m) => Date.parse(m.time) >= Date.parse(time));
    expect(seqs((await page(name, { time, direction: 'newer', limit: 100 })).items)).toEqual(seqs(after));
    const before = all.filter((m) => !after.includes(m)).reverse();
    expect(seqs((await page(name, { time, direction: 'older', limit: 100 })).items)).toEqual(seqs(before));
    const past = '2001-01-01T00:00:00Z';
    const future = '2101-01-01T00:00:00Z';
    expect(seqs((await page(name, { time: past, direction: 'newer', limit: 1 })).items)).toEqual([3]);
    expect(seqs((await page(name, { time: past })).items)).toEqual([]);
    expect(seqs((await page(name, { time: future, direction: 'newer' })).items)).toEqual([]);
    expect(seqs((await page(name, { time: future, limit: 1 })).items)).toEqual([29]);
  });
  it('of a subject, exact and by wildcard', async () => {
    const ofOne = live.filter((seq) => seq % 3 === 1);
    expect(seqs(await allMessages(api, at(name), { subject: `${subject}.1`, limit: 2 }))).toEqual([...ofOne].reverse());
    expect(seqs(await allMessages(api, at(name), { subject: `${subject}.*`, limit: 5, direction: 'newer' }))).toEqual(
      live,
    );
    expect(await allMessages(api, at(name), { subject: 'elsewhere.>' })).toEqual([]);
  });
  it('one message, and none where it was deleted', async () => {
    const one = await api.get(routes.getMessage, { params: { ...at(name), seq: 20 } }, api.admin);
    expect(one).toMatchObject({ seq: 20, subject: `${subject}.2`, payload: { text: 'message 20', format: 'text' } });
    for (const seq of [1, 15, 30, 31, 9_007_199_254_740_991])
      expect((await api.ask(routes.getMessage, { params: { ...at(name), seq } }, api.admin)).status).toBe(404);
  });
  it('stays itself when its head and its tail are purged, and when it is empty', async () => {
    await jsm.streams.add({ name: `${name}_EMPTY`, subjects: [`${subject}empty`], allow_direct });
    expect(await page(`${name}_EMPTY`)).toMatchObject({
      items: [],
      nextCursor: null,
      progress: { scanned: 0, why: 'end' },
    });
    for (let i = 0; i < 5; i++) await js.publish(`${subject}empty`, 'x');
    await jsm.streams.purge(`${name}_EMPTY`, { seq: 4 });
    expect(seqs(await allMessages(api, at(`${name}_EMPTY`)))).toEqual([5, 4]);
    await jsm.streams.purge(`${name}_EMPTY`);
    for (const direction of ['older', 'newer'] as const)
      expect(await allMessages(api, at(`${name}_EMPTY`), { direction })).toEqual([]);
    await js.publish(`${subject}empty`, 'again');
    expect(seqs(await allMessages(api, at(`${name}_EMPTY`)))).toEqual([6]);
  });
  it('takes a cursor of its own list alone', async () => {
    const { nextCursor } = await page(name, { limit: 2 });
    for (const query of [
      { cursor: nextCursor ?? '', direction: 'newer' },
      { cursor: 'x' },
      { cursor: Buffer.from('["older",-1]').toString('base64url') },
    ] as const)
      expect(await api.refused(routes.listMessages, { params: at(name), query }, api.admin)).toMatchObject({
        status: 400,
        errors: [{ field: 'query.cursor' }],
      });
  });
});

it.each(ways)(
  'a message that says of itself what only a server may say is where and what it is, %s',
  async (_, allow_direct) => {
    const name = allow_direct ? 'OWND' : 'OWNP';
    await jsm.streams.add({ name, subjects: [`${name}.>`], allow_direct });
    const said = {
      'Nats-Subject': `${name}.public`,
      'Nats-Sequence': '999999',
      'Nats-Stream': 'OTHER',
      'Nats-Time-Stamp': '2000-01-01T00:00:00Z',
      'Nats-Num-Pending': '0',
      'Nats-Last-Sequence': '7',
      'Nats-UpTo-Sequence': '1',
      'Nats-Msg-Size': '3',
    };
    const h = natsHeaders();
    for (const [key, value] of Object.entries(said)) h.set(key, value);
    for (let i = 1; i <= 5; i++) await js.publish(`${name}.secret`, `m ${i}`, i === 3 ? { headers: h } : {});
    for (const direction of ['newer', 'older'] as const)
      for (const limit of [2, 50]) {
        const found = seqs(await allMessages(api, at(name), { direction, limit }));
        expect(found).toEqual(direction === 'newer' ? [1, 2, 3, 4, 5] : [5, 4, 3, 2, 1]);
      }
    const { items } = await page(name, { seq: 3, direction: 'newer', limit: 1 });
    expect(items[0]).toMatchObject({ seq: 3, subject: `${name}.secret` });
    expect(items[0]?.time).not.toContain('2000-01-01');
    expect(Object.fromEntries((items[0]?.headers ?? []).map(({ name: key, values }) => [key, values[0]]))).toEqual(
      said,
    );
    const one = await api.get(routes.getMessage, { params: { ...at(name), seq: 3 } }, api.admin);
    expect(one).toMatchObject({ seq: 3, subject: `${name}.secret` });
    // What a reader of one subject may not see, it does not let them see either.
    const reader = await makeScopedPerson(api, 'reader', {
      kind: 'cluster',
      clusterId,
      namePattern: '*',
      subjectPattern: `${name}.public`,
    });
    const seen = await api.ask(routes.listMessages, { params: at(name), query: {} }, reader.token);
    expect(JSON.stringify(seen.json())).not.toContain('m 3');
  },
);

it('reads the same with and without allow_direct, over any holes, by any filter, from anywhere, in either direction', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        subjects: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 60 }),
        deleted: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 45 }),
        purgedTo: fc.integer({ min: 0, max: 20 }),
        queries: fc.array(
          fc.record({
            direction: fc.constantFrom('older' as const, 'newer' as const),
            limit: fc.integer({ min: 1, max: 25 }),
            seq: fc.option(fc.integer({ min: 1, max: 70 }), { nil: undefined }),
            subject: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
            text: fc.option(fc.constantFrom('1', 'm 2'), { nil: undefined }),
          }),
          { minLength: 2, maxLength: 4 },
        ),
      }),
      async ({ subjects, deleted, purgedTo, queries }) => {
        run++;
        for (const [kind, allow_direct] of [
          ['d', true],
          ['p', false],
        ] as const) {
          const name = `R${run}${kind}`;
          await jsm.streams.add({ name, subjects: [`${name}.>`], allow_direct });
          for (const [i, s] of subjects.entries()) nc.publish(`${name}.s${s}`, `m ${i + 1}`);
          await nc.flush();
          // Sequences are given in the order of arrival, once the last has arrived all have.
          let last = 0;
          while (last < subjects.length) last = (await jsm.streams.info(name)).state.last_seq;
          if (purgedTo > 1) await jsm.streams.purge(name, { seq: purgedTo });
          const gone = new Set(deleted.filter((seq) => seq <= subjects.length && seq >= purgedTo));
          for (const seq of gone) await jsm.streams.deleteMessage(name, seq, true);
          const live = subjects
            .map((s, i) => ({ seq: i + 1, subject: `${name}.s${s}`, text: `m ${i + 1}` }))
            .filter(({ seq }) => seq >= purgedTo && !gone.has(seq));
          for (const { direction, limit, seq, subject, text } of queries) {
            const wanted = live
              .filter((m) => subject === undefined || m.subject === `${name}.s${subject}`)
              .filter((m) => text === undefined || m.text.includes(text))
              .filter((m) => seq === undefined || (direction === 'older' ? m.seq <= seq : m.seq >= seq))
              .map((m) => m.seq);
            const query: MessageQuery = {
              direction,
              limit,
              ...(seq !== undefined && { seq }),
              ...(subject !== undefined && { subject: `${name}.s${subject}` }),
              ...(text !== undefined && { text }),
            };
            const found = seqs(await allMessages(api, at(name), query));
            expect(found, `${name} ${JSON.stringify(query)}`).toEqual(
              direction === 'older' ? wanted.reverse() : wanted,
            );
          }
        }
      },
    ),
    { numRuns: 10 },
  );
});

describe('the headers of what a server sends', () => {
  it('are found where the client holds them, whole and in parts, with payload and without', async () => {
    const inbox = createInbox();
    const h = natsHeaders();
    h.append('Kind', 'a');
    h.append('Kind', 'ß');
    // The last one comes in more than one piece.
    const payloads = ['', 'x', 'y'.repeat(900_000)];
    const sub = nc.subscribe(inbox, { max: payloads.length });
    for (const payload of payloads) nc.publish(inbox, payload, { headers: h });
    const came: number[] = [];
    for await (const msg of sub) {
      came.push(msg.data.length);
      const block = headerBlockOf(msg, inbox.length);
      expect(headersIn(block ?? '')).toEqual([['Kind', ['a', 'ß']]]);
    }
    expect(came).toEqual(payloads.map(({ length }) => length));
  });
});

describe('reading without consuming', () => {
  it.each(ways)('leaves a work queue as it is, %s', async (_, allow_direct) => {
    const name = allow_direct ? 'WQ_D' : 'WQ_P';
    await jsm.streams.add({ name, subjects: [name], retention: RetentionPolicy.Workqueue, allow_direct });
    await jsm.consumers.add(name, { durable_name: 'worker', ack_policy: AckPolicy.Explicit });
    for (let i = 0; i < 20; i++) await js.publish(name, `job ${i}`);
    const one = await (await js.consumers.get(name, 'worker')).next({ expires: 1000 });
    expect(one?.seq).toBe(1);
    const before = [await jsm.streams.info(name), await jsm.consumers.info(name, 'worker')] as const;
    for (const direction of ['older', 'newer'] as const)
      expect(await allMessages(api, at(name), { direction, limit: 3 })).toHaveLength(20);
    await api.get(routes.getMessage, { params: { ...at(name), seq: 1 } }, api.admin);
    await api.ask(routes.searchMessages, { params: at(name), query: { text: 'job 1' } }, api.admin);
    const after = [await jsm.streams.info(name), await jsm.consumers.info(name, 'worker')] as const;
    expect(after[0].state).toEqual(before[0].state);
    expect(after[1]).toMatchObject({
      num_pending: before[1].num_pending,
      num_ack_pending: 1,
      num_redelivered: 0,
      delivered: { consumer_seq: before[1].delivered.consumer_seq, stream_seq: before[1].delivered.stream_seq },
    });
    expect((await jsm.consumers.list(name).next()).map((c) => c.name)).toEqual(['worker']);
  });
  it.each([RetentionPolicy.Limits, RetentionPolicy.Interest])('on %s retention', async (retention) => {
    const name = `RET_${retention}`;
    await jsm.streams.add({ name, subjects: [name], retention, allow_direct: true });
    await jsm.consumers.add(name, { durable_name: 'slow', ack_policy: AckPolicy.Explicit });
    for (let i = 0; i < 3; i++) await js.publish(name, `x ${i}`);
    expect(seqs(await allMessages(api, at(name)))).toEqual([3, 2, 1]);
    expect((await jsm.streams.info(name)).state.messages).toBe(3);
  });
});

describe('a mirror', () => {
  it.each([
    ['that answers direct gets', { allow_direct: true, mirror_direct: true }],
    ['that helps its origin and answers for itself by its leader', { allow_direct: false, mirror_direct: true }],
    ['that answers by its leader alone', { allow_direct: false, mirror_direct: false }],
  ])('%s', async (_, flags) => {
    const name = `M_${flags.allow_direct}_${flags.mirror_direct}`;
    await jsm.streams.add({ name: `O_${name}`, subjects: [`o.${name}.>`], allow_direct: true });
    for (let i = 1; i <= 10; i++) await js.publish(`o.${name}.${i % 2}`, `m ${i}`);
    await jsm.streams.add({ name, mirror: { name: `O_${name}` }, ...flags });
    let messages = 0;
    while (messages < 10) ({ messages } = (await jsm.streams.info(name)).state);
    expect(seqs(await allMessages(api, at(name), { limit: 4 }))).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await allMessages(api, at(name), { subject: `o.${name}.0`, limit: 2, direction: 'newer' })).toHaveLength(5);
    const info = await api.get(routes.getStream, { params: at(name) }, api.admin);
    expect(info.mirror).toMatchObject({ name: `O_${name}`, lag: 0, error: null });
  });
});
