import { performance } from 'node:perf_hooks';
import { apiBase, routes, urlOf, type SearchEvent } from '@jetstream-console/contract';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import { noTypes } from '../../backend/server/src/decoders/types';
import { toListed } from '../../backend/server/src/jetstream/messages';
import { makeReader } from '../../backend/server/src/jetstream/reader';
import { say } from '../lib/main';
import { ms, perSecond, report, timeByTurns } from './report';
import { sizeFrom } from './size';
import type { World } from './world';

export const stream = 'MILLION';
/** Filled in steps of 5,000, one in 1,000 with a needle. */
export const messages = sizeFrom('BENCH_MESSAGES', { usual: 1_000_000, least: 100_000, most: 5_000_000, step: 5000 });
const bytes = 1000;

/** One message in a thousand holds `needle`; all are JSON, so that every filter has something to look at. */
function body(n: number): string {
  const text = JSON.stringify({ n, tag: n % 1000 === 7 ? 'needle' : 'hay', total: n % 500, pad: '' });
  return `${text.slice(0, -2)}${'x'.repeat(bytes - text.length)}"}`;
}

/** Filled once for all benches of a run. */
export async function fill(nc: NatsConnection): Promise<void> {
  const jsm = await jetstreamManager(nc);
  const names = await jsm.streams.names().next();
  if (names.includes(stream)) return;
  await jsm.streams.add({ name: stream, subjects: ['million.*'], allow_direct: true });
  say(`filling ${stream} with ${messages.toLocaleString('en-US')} messages of 1 kB`);
  const js = jetstream(nc);
  for (let n = 0; n < messages; n += 5000) {
    for (let i = 0; i < 4999; i++) nc.publish(`million.${(n + i) % 10}`, body(n + i));
    // The last of each batch is acknowledged: what came before it is stored then.
    await js.publish(`million.${(n + 4999) % 10}`, body(n + 4999));
  }
  const { state } = await jsm.streams.info(stream);
  if (state.messages !== messages) throw new Error(`${stream} holds ${state.messages} messages`);
}

/** A batched DIRECT.GET with nothing around it. @returns how many came, and the last sequence */
export function rawBatch(nc: NatsConnection, name: string, request: object): Promise<{ count: number; last: number }> {
  return new Promise((resolve, reject) => {
    let count = 0;
    let last = 0;
    const sub = nc.subscribe(createInbox(), {
      callback: (error, msg) => {
        if (error) return reject(error);
        if (msg.data.length === 0 && msg.headers?.code) {
          sub.unsubscribe();
          return resolve({ count, last });
        }
        count++;
        last = Number(msg.headers?.get('Nats-Sequence'));
      },
    });
    nc.publish(`$JS.API.DIRECT.GET.${name}`, JSON.stringify(request), { reply: sub.getSubject() });
  });
}

/** The page as the api makes it, and what of that is reading and decoding: the rest is HTTP, identity and limits. */
async function page({ nc, apiUrl, call, clusterId }: World): Promise<void> {
  const place = (round: number) => 1000 + ((Math.abs(round) * 7919 * 131) % (messages - 2000));
  const facts = {
    name: stream,
    created: '',
    direct: true,
    firstSeq: 1,
    lastSeq: messages,
    averageBytes: bytes,
    mirrorOf: null,
  };
  const link = { clusterId, nc, domain: null, inboxPrefix: undefined, generation: 'bench', apiPrefix: '$JS.API' };
  const reader = makeReader(link, facts, new AbortController().signal);
  const times = await timeByTurns(
    200,
    {
      api: (round) =>
        call(routes.listMessages, {
          params: { clusterId, stream },
          query: { seq: place(round), direction: 'newer', limit: 50 },
        }),
      read: async (round) => {
        const from = place(round);
        const page = await reader.range(from, from + 50, { maxMessages: 50, maxBytes: 8_388_608 });
        return page.messages.map((message) => toListed(message, 4096, noTypes));
      },
      http: async () => (await fetch(`${apiUrl}/health/live`)).json(),
      raw: (round) => rawBatch(nc, stream, { seq: place(round), batch: 50 }),
    },
    200,
  );
  const say = (what: string, { p50, p95 }: { p50: number; p95: number }) => {
    const ratio = p50 / times.raw.p50;
    const bound = { text: '2x', kept: ratio <= 2 };
    report({ what, ours: `${ms(p50)} p50, ${ms(p95)} p95`, raw: ms(times.raw.p50), ratio, bound });
  };
  say('page of 50 messages at a random place, read and decoded', times.read);
  say('the same from the api', times.api);
  report({ what: 'of that, an empty answer of the same HTTP server', ours: ms(times.http.p50) });
}

export async function rawScan(nc: NatsConnection): Promise<number> {
  const started = performance.now();
  let next = 1;
  let read = 0;
  while (next <= messages) {
    const { count, last } = await rawBatch(nc, stream, { seq: next, batch: 2000 });
    if (count === 0) break;
    read += count;
    next = last + 1;
  }
  return (read / (performance.now() - started)) * 1000;
}

/** One search over the whole stream by server-sent events, as the page does it. @returns messages looked at a second */
async function search(
  { apiUrl, token, clusterId }: World,
  filter: Record<string, string>,
): Promise<{ rate: number; matched: number }> {
  const started = performance.now();
  let cursor: string | undefined;
  let scanned = 0;
  let matched = 0;
  for (;;) {
    const url = urlOf(
      routes.searchMessages,
      { clusterId, stream },
      { ...filter, direction: 'newer', limit: 500, scan: 1_000_000, previewBytes: 0, cursor },
    );
    const answer = await fetch(`${apiUrl}${apiBase}${url}`, { headers: { authorization: `Bearer ${token}` } });
    const events = (await answer.text())
      .split('\n\n')
      .filter((part) => part.startsWith('data: '))
      .map((part) => JSON.parse(part.slice(6)) as SearchEvent);
    const end = events.at(-1);
    if (end?.type !== 'end') throw new Error(`the search ended with ${JSON.stringify(end)}`);
    scanned += end.progress.scanned;
    matched += end.progress.matched;
    if (end.nextCursor === null) return { rate: (scanned / (performance.now() - started)) * 1000, matched };
    cursor = end.nextCursor;
  }
}

async function filters(world: World): Promise<void> {
  await rawScan(world.nc);
  const raw = await rawScan(world.nc);
  const kinds = {
    text: { text: 'needle' },
    'regular expression': { regex: 'need(le|les)\\b' },
    'JSON path': { jsonPath: "$.tag == 'needle'" },
  };
  for (const [kind, filter] of Object.entries(kinds)) {
    const { rate, matched } = await search(world, filter);
    if (matched !== messages / 1000) throw new Error(`the ${kind} filter found ${matched}`);
    const share = rate / raw;
    report({
      what: `${kind} filter over ${messages.toLocaleString('en-US')} messages, 1 in 1,000 matching`,
      ours: perSecond(rate),
      raw: perSecond(raw),
      ratio: share,
      ...(kind === 'text' && { bound: { text: '70 %', kept: share >= 0.7 } }),
    });
  }
}

async function rawList(nc: NatsConnection): Promise<number> {
  let total = Infinity;
  let seen = 0;
  while (seen < total) {
    const reply = (
      await nc.request('$JS.API.STREAM.LIST', JSON.stringify({ offset: seen }), { timeout: 10_000 })
    ).json<{ total: number; streams: unknown[] }>();
    total = reply.total;
    seen += reply.streams.length;
  }
  return seen;
}

async function lists({ nc, call, clusterId }: World): Promise<void> {
  const jsm = await jetstreamManager(nc);
  say('making 2,000 streams');
  for (let n = 0; n < 2000; n += 20)
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => jsm.streams.add({ name: `S${n + i}`, subjects: [`s.${n + i}.>`] })),
    );
  const list = (fresh?: 'true') =>
    call(routes.listStreams, {
      params: { clusterId },
      query: { sort: 'bytes', order: 'desc', limit: 50, ...(fresh && { fresh }) },
    });
  const times = await timeByTurns(20, { cold: () => list('true'), raw: () => rawList(nc), cached: () => list() });
  const ratio = times.cold.p50 / times.raw.p50;
  report({
    what: 'list of 2,000 streams by size, cold',
    ours: ms(times.cold.p50),
    raw: ms(times.raw.p50),
    ratio,
    bound: { text: '1.3x', kept: ratio <= 1.3 },
  });
  report({
    what: 'the same, cached',
    ours: ms(times.cached.p50),
    bound: { text: '20 ms', kept: times.cached.p50 < 20 },
  });
}

export async function benchReading(world: World): Promise<void> {
  await lists(world);
  await fill(world.nc);
  await page(world);
  await filters(world);
}
