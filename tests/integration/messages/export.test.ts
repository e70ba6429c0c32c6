import http from 'node:http';
import { apiBase, exportedMessage, routes, urlOf, type QueryIn, type Routes } from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bearer } from '../setup/http';
import { makeScopedPerson } from '../setup/people';
import { eventually } from '../setup/wait';
import { startMessageWorld, type MessageWorld } from './world';

let world: MessageWorld;
beforeAll(async () => {
  world = await startMessageWorld();
});
afterAll(async () => {
  await world?.stop();
});

type Query = QueryIn<Routes['exportMessages']>;
const ask = (stream: string, query: Query = {}, who = world.api.admin) =>
  world.api.ask(routes.exportMessages, { ...world.at(stream), query }, who);
const lines = (text: string) => text.split('\n').filter((line) => line !== '');
const parsed = (text: string) => lines(text).map((line) => exportedMessage.parse(JSON.parse(line)));
const bytesOf = ({ encoding, payload }: { encoding: 'text' | 'base64'; payload: string }) =>
  Buffer.from(payload, encoding === 'text' ? 'utf8' : 'base64');

/** A few cells of a comma-separated text with quotes (RFC 4180). */
function csvRows(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, cell = '', end = ''] of text.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/g)) {
    if (cell === '' && end === '') break;
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === '\r\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

const payloads = [
  Buffer.from('plain'),
  Buffer.from(''),
  Buffer.from('{"a": 1}\n'),
  Buffer.from('=1+1'),
  Buffer.from('@SUM(A1)'),
  Buffer.from('＝cmd'),
  Buffer.from('a "quoted", line\r\nand another'),
  Buffer.from([0, 255, 254, 10, 13]),
  Buffer.from([0xfb, 0xff]),
  Buffer.from('\ufeffwith a mark'),
  Buffer.from('nul \0 inside'),
];

describe.each([
  ['in batches', true],
  ['one by one', false],
])('read %s', (_, allow_direct) => {
  let stream: string;
  beforeAll(async () => {
    stream = await world.stream({ allow_direct });
    const js = jetstream(world.nc);
    for (const [i, payload] of payloads.entries()) {
      const headers = natsHeaders();
      headers.append('kind', String(i % 2));
      headers.append('kind', '=x');
      await js.publish(i % 2 === 0 ? `${stream}.even` : `${stream}.-odd`, payload, { headers });
    }
    await world.jsm.streams.deleteMessage(stream, 2);
  });
  const kept = payloads.flatMap((payload, i) => (i === 1 ? [] : [{ seq: i + 1, payload }]));

  it('holds every byte, as NDJSON and as JSON', async () => {
    const ndjson = await ask(stream);
    expect(ndjson.status, ndjson.text).toBe(200);
    expect(ndjson.headers).toMatchObject({
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': expect.stringContaining(`filename="${stream}.ndjson"`),
    });
    const messages = parsed(ndjson.text);
    expect(messages.map((m) => ({ seq: m.seq, payload: bytesOf(m) }))).toEqual(kept);
    expect(messages[0]).toMatchObject({ subject: `${stream}.even`, headers: { kind: ['0', '=x'] }, encoding: 'text' });
    const json = await ask(stream, { as: 'json' });
    expect(exportedMessage.array().parse(json.json())).toEqual(messages);
  });

  it('as CSV is whole and runs nothing in a spreadsheet', async () => {
    const { text } = await ask(stream, { as: 'csv' });
    const [head, ...rows] = csvRows(text);
    expect(head).toEqual(['seq', 'time', 'subject', 'headers', 'encoding', 'payload', 'escaped']);
    expect(rows).toHaveLength(kept.length);
    for (const [i, row] of rows.entries()) {
      const [seq, , subject, , encoding, payload = '', escaped] = row;
      for (const cell of row) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
      const plain = escaped?.split(' ').includes('payload') ? payload.slice(1) : payload;
      expect(seq).toBe(String(kept[i]?.seq));
      expect(Buffer.from(plain, encoding === 'text' ? 'utf8' : 'base64')).toEqual(kept[i]?.payload);
      expect(subject).toMatch(/^S\d+\./);
    }
    // The two bytes of message 9 begin with a plus in base64.
    expect(rows.filter((row) => row[6] === 'payload').map((row) => row[0])).toEqual(['4', '5', '6', '9']);
  });

  it.each<[string, Query, number[]]>([
    ['a range', { fromSeq: 4, toSeq: 6 }, [4, 5, 6]],
    ['from beyond the end', { fromSeq: 1000 }, []],
    ['the first of them', { limit: 2 }, [1, 3]],
    ['a subject', { subject: 'S.even', toSeq: 6 }, [1, 3, 5]],
    ['what holds a text', { text: 'mark' }, [10]],
    ['a header', { header: 'kind: 1', limit: 1 }, [4]],
    ['before a time', { toTime: '2001-01-01T00:00:00Z' }, []],
    ['after a time', { fromTime: '2001-01-01T00:00:00Z', limit: 1 }, [1]],
  ])('takes %s', async (_name, query, seqs) => {
    const own = query.subject === undefined ? query : { ...query, subject: `${stream}.even` };
    expect(parsed((await ask(stream, own)).text).map(({ seq }) => seq)).toEqual(seqs);
  });

  it('of nothing is an empty file of its kind', async () => {
    const none = { subject: 'none' };
    expect((await ask(stream, none)).text).toBe('');
    expect((await ask(stream, { ...none, as: 'json' })).json()).toEqual([]);
    expect(csvRows((await ask(stream, { ...none, as: 'csv' })).text)).toHaveLength(1);
  });
});

it('leaves out what one may not read, and needs the right to export', async () => {
  const stream = await world.stream({ allow_direct: true });
  const js = jetstream(world.nc);
  for (const subject of ['mine', 'yours', 'mine']) await js.publish(`${stream}.${subject}`, subject);
  const scope = { kind: 'cluster', clusterId: world.clusterId, subjectPattern: `${stream}.mine` } as const;
  const editor = await makeScopedPerson(world.api, 'editor', scope);
  expect(parsed((await ask(stream, {}, editor.token)).text).map(({ seq }) => seq)).toEqual([1, 3]);
  const operator = await makeScopedPerson(world.api, 'operator', { kind: 'organization' });
  expect((await ask(stream, {}, operator.token)).status).toBe(403);
});

it('refuses two starts, a filter that is none, and a stream that is not there', async () => {
  const stream = await world.stream();
  expect((await ask(stream, { fromSeq: 1, fromTime: '2020-01-01T00:00:00Z' })).status).toBe(400);
  expect((await ask(stream, { regex: '(' })).status).toBe(400);
  expect((await ask('NONE')).status).toBe(404);
});

const lastRecord = async () => {
  const { items } = await world.api.get(
    routes.listAudit,
    { query: { action: 'message.export', limit: 1 } },
    world.api.admin,
  );
  return items[0];
};

it('writes who took what along and how much of it, and no word of what was looked for', async () => {
  const stream = await world.stream();
  const js = jetstream(world.nc);
  for (let i = 0; i < 3; i++) await js.publish(`${stream}.a`, 'a secret');
  const { text } = await ask(stream, { text: 'a secret', subject: `${stream}.a`, limit: 2 });
  const record = await lastRecord();
  expect(record).toMatchObject({
    status: 'success',
    changes: {
      after: {
        as: 'ndjson',
        subject: `${stream}.a`,
        byContent: true,
        sent: { messages: 2, bytes: Buffer.byteLength(text), why: 'end' },
      },
    },
  });
  expect(JSON.stringify(record)).not.toContain('secret');
});

const connz = z.object({ data: z.object({ connections: z.array(z.object({ out_bytes: z.number() })) }) });
/** Bytes that the server has sent to all of its clients. */
const sentBytes = async () => {
  const reply = await world.nc.request('$SYS.REQ.SERVER.PING.CONNZ', '', { timeout: 5000 });
  return connz.parse(reply.json()).data.connections.reduce((sum, { out_bytes }) => sum + out_bytes, 0);
};

const big = Buffer.alloc(512 * 1024, 'x');
const many = 120;
async function bigStream(): Promise<string> {
  const stream = await world.stream({ allow_direct: true });
  const js = jetstream(world.nc);
  for (let i = 0; i < many; i++) await js.publish(`${stream}.big`, big);
  return stream;
}
const pathOf = (stream: string) => apiBase + urlOf(routes.exportMessages, world.at(stream).params);
const brokenOff = z.object({
  after: z.object({ sent: z.object({ messages: z.number(), bytes: z.number(), why: z.string() }) }),
});

it('reads no faster than it is taken, stops when its reader goes, and says so in the audit', async () => {
  const stream = await bigStream();
  const before = await sentBytes();
  await world.api.send({
    method: 'GET',
    path: pathOf(stream),
    headers: bearer(world.api.admin),
    until: (text) => text.length > 1_000_000,
  });
  let last = -1;
  const sent = await eventually(async () => {
    const now = (await sentBytes()) - before;
    // The question itself is answered with a few kilobytes.
    const still = last >= 0 && now - last < 64 * 1024;
    last = now;
    return still ? now : null;
  }, 300);
  expect(sent).toBeGreaterThan(1_000_000);
  expect(sent).toBeLessThan((many * big.length) / 2);
  const record = await eventually(async () => {
    const found = await lastRecord();
    return found?.status === 'failure' ? found : null;
  });
  expect(record.error).toMatch(/client went away/);
  const told = brokenOff.parse(record.changes).after.sent;
  expect(told.why).toBe('stopped');
  expect(told.bytes).toBeGreaterThan(0);
  expect(told.messages).toBeGreaterThan(0);
  expect(told.messages).toBeLessThan(many);
});

it('that NATS ends in the middle breaks off, and the audit says how far it came and why', async () => {
  const stream = await bigStream();
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const headers = Object.fromEntries(bearer(world.api.admin));
    http.get(new URL(pathOf(stream), world.api.url), { headers, agent: false }, resolve).on('error', reject);
  });
  // Nothing of it is read yet, and what fits into all buffers on the way is far less than there is.
  await world.jsm.streams.delete(stream);
  const complete = await new Promise<boolean>((resolve) => {
    answer.on('error', () => resolve(false)).on('end', () => resolve(answer.complete));
    answer.resume();
  });
  expect(complete).toBe(false);
  const record = await eventually(async () => {
    const found = await lastRecord();
    return found?.status === 'failure' && found.resource === `stream=${stream}` ? found : null;
  });
  expect(record.error).not.toMatch(/client went away/);
  const told = brokenOff.parse(record.changes).after.sent;
  expect(told.why).toBe('failed');
  expect(told.messages).toBeLessThan(many);
});
