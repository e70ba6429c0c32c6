import http from 'node:http';
import { gzipSync } from 'node:zlib';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { apiBase, routes, urlOf, type QueryIn, type Routes, type SearchEvent } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { openDoor } from '../setup/door';
import { readEvents } from '../setup/events';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { eventually } from '../setup/wait';
import { allMessages, seqs, type MessageQuery } from './pages';

let nats: NatsServer;
let api: TestApi;
let clusterId: string;
const many = 30_000;

beforeAll(async () => {
  nats = await startNatsServer();
  api = await startTestApi();
  const nc = await connectTo(nats.url);
  const jsm = await jetstreamManager(nc);
  const js = jetstream(nc);
  for (const name of ['F', 'PAY']) await jsm.streams.add({ name, subjects: [`${name}.>`], allow_direct: true });
  const orders = [
    { id: 'o-1', total: 99.5, city: 'Köln', items: [{ sku: 'A-1' }, { sku: 'B-2' }] },
    { id: 'o-2', total: 100, city: 'Oslo', items: [] },
    { id: 'o-3', total: 250, city: "O'Fallon", items: [{ sku: 'A-1' }] },
  ];
  for (const [i, order] of orders.entries()) {
    const h = natsHeaders();
    h.set('Order-Kind', i === 1 ? 'return' : 'sale eu');
    h.append('Tag', 'first');
    h.append('Tag', `n${i}`);
    await js.publish(`F.${i}`, JSON.stringify(order), { headers: h });
  }
  await js.publish('F.gz', gzipSync(JSON.stringify({ id: 'packed', total: 777 })));
  await js.publish('F.text', 'plain words, total 42');
  await js.publish('F.binary', Buffer.from([0, 159, 146, 150, 1]));

  await js.publish('PAY.empty', '');
  await js.publish('PAY.json', '{"a":[1,2,{"b":null}]}');
  await js.publish('PAY.text', 'Grüße\nund mehr\t…');
  await js.publish('PAY.binary', Buffer.from([0, 1, 2, 255]));
  await js.publish('PAY.gzip', gzipSync('{"packed":true}'));
  // 200 MB of zeros in 200 kB: unpacked by nobody.
  await js.publish('PAY.bomb', gzipSync(Buffer.alloc(200_000_000)));
  await js.publish('PAY.broken', gzipSync('never whole').subarray(0, 25));
  await js.publish('PAY.large', 'ä'.repeat(200_000));

  // Long enough to be looked at while it lasts.
  await jsm.streams.add({ name: 'LONG', subjects: ['long'], allow_direct: true });
  await jsm.streams.add({ name: 'SLOW', subjects: ['slow'], allow_direct: false });
  for (let i = 0; i < many; i++) nc.publish('long', `number ${i} ${'x'.repeat(200)}`);
  for (let i = 0; i < 3000; i++) nc.publish('slow', `number ${i}`);
  await nc.flush();
  for (const [stream, wanted] of [
    ['LONG', many],
    ['SLOW', 3000],
  ] as const)
    await eventually(async () => (await jsm.streams.info(stream)).state.messages === wanted);
  await nc.close();
  clusterId = await addCluster(api, [nats.url]);
});
afterAll(async () => {
  await api?.stop();
  await nats?.stop();
});

const at = (stream: string) => ({ clusterId, stream });
const list = (stream: string, query: MessageQuery) =>
  api.get(routes.listMessages, { params: at(stream), query }, api.admin);
const found = async (query: MessageQuery) =>
  (await list('F', { direction: 'newer', ...query })).items.map(({ subject }) => subject);

describe('a filter', () => {
  it.each([
    [{ header: 'Order-Kind' }, ['F.0', 'F.1', 'F.2']],
    [{ header: 'order-kind: return' }, ['F.1']],
    [{ header: 'Order-Kind: sale' }, []],
    [{ header: 'Order-Kind: sale*' }, ['F.0', 'F.2']],
    [{ header: 'Order-Kind: *e*u' }, ['F.0', 'F.2']],
    [{ header: 'Tag: n2' }, ['F.2']],
    [{ header: 'Nats-Subject' }, []],
    [{ text: 'Köln' }, ['F.0']],
    [{ text: 'packed' }, ['F.gz']],
    [{ text: 'total' }, ['F.0', 'F.1', 'F.2', 'F.gz', 'F.text']],
    [{ regex: 'total\\W+\\d{2}\\b' }, ['F.0', 'F.text']],
    [{ regex: '(?i)KÖLN|oslo' }, ['F.0', 'F.1']],
    [{ jsonPath: '$.total >= 100' }, ['F.1', 'F.2', 'F.gz']],
    [{ jsonPath: "$.city == 'Oslo'" }, ['F.1']],
    [{ jsonPath: '$.city == "O\'Fallon"' }, ['F.2']],
    [{ jsonPath: "$.items[*].sku == 'B-2'" }, ['F.0']],
    [{ jsonPath: "$.items[?@.sku == 'A-1']" }, ['F.0', 'F.2']],
    [{ jsonPath: '$.absent' }, []],
    [{ text: 'total', header: 'Order-Kind: sale*', jsonPath: '$.total < 100' }, ['F.0']],
    [{ text: 'total', subject: 'F.text' }, ['F.text']],
  ] as const)('%j', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });
  it.each([
    [{ regex: '(' }, 'query.regex'],
    [{ regex: '(a)\\1' }, 'query.regex'],
    [{ jsonPath: '$[' }, 'query.jsonPath'],
    [{ jsonPath: "$[?match(@.a, 'x')]" }, 'query.jsonPath'],
    [{ seq: 1, time: '2026-01-01T00:00:00Z' }, 'query.time'],
    [{ limit: 501 }, 'query.limit'],
    [{ subject: 'a..b' }, 'query.subject'],
  ] as const)('that is none is refused by its field: %j', async (query, field) => {
    const problem = await api.refused(routes.listMessages, { params: at('F'), query }, api.admin);
    expect(problem).toMatchObject({ status: 400, errors: [{ field }] });
  });
  it.each([{ regex: '(a+)+$' }, { regex: '(.*)*x(.*)*y' }, { jsonPath: '$..*' }])(
    'takes time that grows with the payload and not with the filter: %j',
    async (query) => {
      const page = await list('PAY', { ...query, limit: 10 });
      expect(page.progress.done).toBe(true);
    },
  );
  it('of a JSON path that multiplies its own work is refused', async () => {
    for (const jsonPath of ['$..[?@..[?@..x]]', '$..*..*..*..*', `$${'..[*]'.repeat(20)}`])
      expect(await api.refused(routes.listMessages, { params: at('F'), query: { jsonPath } }, api.admin)).toMatchObject(
        {
          status: 400,
          errors: [{ field: 'query.jsonPath' }],
        },
      );
  });
});

describe('bounds', () => {
  it('of messages looked at, after which the next page goes on', async () => {
    const first = await list('LONG', { text: 'number 5 ', scan: 1000, direction: 'newer' });
    expect(first.progress).toMatchObject({ scanned: 1000, matched: 1, done: true, why: 'scan_limit' });
    const last = await list('LONG', { text: 'number 29999 ', scan: 1000, direction: 'newer' });
    expect(last).toMatchObject({ items: [], progress: { why: 'scan_limit', scanned: 1000, atSeq: 1001 } });
    expect(
      seqs(
        (await list('LONG', { text: 'number 1500 ', scan: 1000, direction: 'newer', cursor: last.nextCursor ?? '' }))
          .items,
      ),
    ).toEqual([1501]);
    const exact = await list('LONG', { scan: 7, limit: 500 });
    expect(exact.progress).toMatchObject({ scanned: 7, why: 'scan_limit' });
  });
  it('of a page, which says where the next one starts', async () => {
    const pages = await allMessages(api, at('LONG'), { text: ' 12345 ', scan: 100_000 });
    expect(seqs(pages)).toEqual([12_346]);
    expect((await list('LONG', { text: '99', limit: 5 })).progress).toMatchObject({ why: 'page_full', matched: 5 });
  });
  it('of what is sent of each payload', async () => {
    const { items } = await list('PAY', { subject: 'PAY.large', previewBytes: 11 });
    // A character of two bytes is not cut in half.
    expect(items[0]?.payload).toMatchObject({ text: 'äääää', truncated: true, size: 400_000, decodedSize: 400_000 });
    expect((await list('PAY', { subject: 'PAY.large', previewBytes: 0 })).items[0]?.payload).toMatchObject({
      text: '',
      truncated: true,
    });
    const params = { ...at('PAY'), seq: items[0]?.seq ?? 0 };
    const guarded = await api.get(routes.getMessage, { params, query: { maxBytes: 1000 } }, api.admin);
    expect(guarded.payload).toMatchObject({ truncated: true, text: 'ä'.repeat(500) });
    const whole = await api.get(routes.getMessage, { params }, api.admin);
    expect(whole.payload).toMatchObject({ truncated: false, text: 'ä'.repeat(200_000) });
  });
});

describe('a payload', () => {
  const payload = async (subject: string) => (await list('PAY', { subject })).items[0]?.payload;
  it.each([
    ['PAY.empty', { format: 'empty', size: 0, text: '', truncated: false }],
    ['PAY.json', { format: 'json', unwrapped: [], text: '{"a":[1,2,{"b":null}]}' }],
    ['PAY.text', { format: 'text', text: 'Grüße\nund mehr\t…' }],
    ['PAY.binary', { format: 'binary', text: null, base64: 'AAEC/w==', hex: '000102ff' }],
    ['PAY.gzip', { format: 'json', unwrapped: ['gzip'], text: '{"packed":true}', decodedSize: 15 }],
  ])('%s', async (subject, expected) => {
    expect(await payload(subject)).toMatchObject(expected);
  });
  it.each(['PAY.bomb', 'PAY.broken'])('%s is shown as it is stored, with a note', async (subject) => {
    const view = await payload(subject);
    expect(view).toMatchObject({ format: 'binary', unwrapped: [], note: expect.stringMatching(/gzip/) as string });
    expect(view?.base64?.startsWith('H4sI')).toBe(true);
  });
  it('as stored, to the byte, beside the decoded one', async () => {
    const { items } = await list('PAY', { subject: 'PAY.gzip' });
    const one = await api.get(routes.getMessage, { params: { ...at('PAY'), seq: items[0]?.seq ?? 0 } }, api.admin);
    expect(Buffer.from(one.payload.base64 ?? '', 'base64')).toEqual(gzipSync('{"packed":true}'));
  });
});

type Search = QueryIn<Routes['searchMessages']>;
function openSearch(
  stream: string,
  query: Search,
): { req: http.ClientRequest; events: SearchEvent[]; closed: Promise<void> } {
  const events: SearchEvent[] = [];
  let text = '';
  const { hostname, port } = new URL(api.url);
  const path = apiBase + urlOf(routes.searchMessages, at(stream), { ...query });
  const req = http.request({ hostname, port, path, headers: { authorization: `Bearer ${api.admin}` } });
  const closed = new Promise<void>((resolve) => {
    req.on('response', (res) => {
      res.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
        const whole = text.lastIndexOf('\n\n');
        if (whole < 0) return;
        events.push(...readEvents(text.slice(0, whole + 2)));
        text = text.slice(whole + 2);
      });
      res.on('close', resolve);
    });
    req.on('error', () => resolve());
  });
  req.end();
  return { req, events, closed };
}

describe('a search', () => {
  it('tells matches in order, how far it is, and how it ended', async () => {
    const search = openSearch('LONG', { text: '777', direction: 'newer', limit: 500, scan: 1_000_000 });
    await search.closed;
    const matches = search.events.flatMap((event) => (event.type === 'message' ? [event.message.seq] : []));
    const expected = Array.from({ length: many }, (_, i) => i + 1).filter((seq) => String(seq - 1).includes('777'));
    expect(matches).toEqual(expected);
    expect(search.events[0]).toMatchObject({ type: 'progress', progress: { scanned: 0, fromSeq: 1, toSeq: many } });
    expect(search.events.at(-1)).toMatchObject({
      type: 'end',
      nextCursor: null,
      progress: { scanned: many, matched: expected.length, why: 'end' },
    });
  });
  it('stops asking NATS when the client goes away', async () => {
    // A door between the api and NATS that counts what the api asks.
    let asked = 0;
    const door = await openDoor(nats.port, (chunk) => {
      asked += chunk.toString('latin1').split('STREAM.MSG.GET').length - 1;
    });
    try {
      const behind = await addCluster(api, [`nats://127.0.0.1:${door.port}`]);
      const path =
        apiBase +
        urlOf(routes.searchMessages, { clusterId: behind, stream: 'SLOW' }, { text: 'no such text', scan: 1_000_000 });
      const { hostname, port: apiPort } = new URL(api.url);
      const req = http.get({ hostname, port: apiPort, path, headers: { authorization: `Bearer ${api.admin}` } });
      req.on('error', () => req.destroy());
      await eventually(() => asked > 50);
      req.destroy();
      // What was on its way comes to its end; then nothing is asked any more, with most of the stream unread.
      let before = -1;
      await eventually(() => {
        const still = asked === before;
        before = asked;
        return still;
      }, 100);
      expect(asked).toBeLessThan(2500);
    } finally {
      await door.shut();
    }
  });
  it('that is refused is a problem, not an event', async () => {
    const missing = await api.refused(routes.searchMessages, { params: at('NOWHERE') }, api.admin);
    expect(missing).toMatchObject({ status: 404, code: 'stream_not_found' });
    expect(
      (await api.refused(routes.searchMessages, { params: at('F'), query: { regex: '(' } }, api.admin)).status,
    ).toBe(400);
  });
  it('leaves the api free for others while it runs', async () => {
    const searches = Array.from({ length: 3 }, () => openSearch('LONG', { regex: '(x+x+)+y', scan: 1_000_000 }));
    await eventually(() => searches.every(({ events }) => events.length > 0));
    const other = await api.send({ method: 'GET', path: '/health/live' });
    expect(other.status).toBe(200);
    expect(searches.some(({ events }) => events.at(-1)?.type !== 'end')).toBe(true);
    for (const { req } of searches) req.destroy();
  });
});
