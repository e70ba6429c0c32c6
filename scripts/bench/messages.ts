import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { apiBase, replayEvent, routes, urlOf, type ReplayEvent } from '@jetstream-console/contract';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import { tellMemory, watched, type Watched } from './memory';
import { fill, messages, rawScan, stream } from './reading';
import { perSecond, report } from './report';
import type { World } from './world';

/** What the issue asks of export and replay, as part of the bare client's rate. */
const least = 0.7;
const bound = (ratio: number) => ({ text: `${least}x`, kept: ratio >= least });
/** What memory takes at this many says whether it grows with what follows. */
const first = 100_000;
const told = (count: number) => count.toLocaleString('en-US');

/** A stream as NDJSON, counted and thrown away. @returns messages a second */
async function exportSome({ apiUrl, token, clusterId }: World, count: number): Promise<number> {
  const started = performance.now();
  const path = urlOf(routes.exportMessages, { clusterId, stream }, { limit: count });
  const lines = await new Promise<number>((resolve, reject) => {
    let seen = 0;
    const request = http.get(`${apiUrl}${apiBase}${path}`, { headers: { authorization: `Bearer ${token}` } }, (res) => {
      if (res.statusCode !== 200) return reject(new Error(`the export answered ${res.statusCode}`));
      res.on('data', (part: Buffer) => {
        for (let at = part.indexOf(0x0a); at >= 0; at = part.indexOf(0x0a, at + 1)) seen++;
      });
      res.on('end', () => resolve(seen));
      res.on('error', reject);
    });
    request.on('error', reject);
  });
  if (lines !== count) throw new Error(`the export holds ${lines} lines`);
  return (lines / (performance.now() - started)) * 1000;
}

async function copySome({ apiUrl, token, clusterId }: World, target: string, count: number): Promise<number> {
  const started = performance.now();
  const answer = await fetch(`${apiUrl}${apiBase}${urlOf(routes.replayMessages, { clusterId, stream })}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ limit: count, to: { stream: target, subject: { as: 'prefix', prefix: target } } }),
  });
  const events = (await answer.text()).split('\n\n').filter((part) => part.startsWith('data: '));
  const last: ReplayEvent = replayEvent.parse(JSON.parse((events.at(-1) ?? '').slice(6)));
  if (last.type !== 'end' || last.account.copied !== count)
    throw new Error(`the copy ended as ${JSON.stringify(last)}`);
  return (count / (performance.now() - started)) * 1000;
}

interface Read {
  readonly subject: string;
  readonly data: Uint8Array;
}
const batchOf = (nc: NatsConnection, seq: number): Promise<Read[]> =>
  new Promise((resolve, reject) => {
    const found: Read[] = [];
    const sub = nc.subscribe(createInbox(), {
      callback: (error, msg) => {
        if (error) return reject(error);
        if (msg.data.length === 0 && msg.headers?.code) {
          sub.unsubscribe();
          return resolve(found);
        }
        found.push({ subject: msg.headers?.get('Nats-Subject') ?? '', data: msg.data });
      },
    });
    nc.publish(`$JS.API.DIRECT.GET.${stream}`, JSON.stringify({ seq, batch: 2000 }), { reply: sub.getSubject() });
  });

/** What a script with the client library does: read a batch, publish it with as many on their way, go on. */
async function rawCopy(nc: NatsConnection, target: string): Promise<number> {
  const js = jetstream(nc);
  const started = performance.now();
  for (let seq = 1; seq <= messages;) {
    const batch = await batchOf(nc, seq);
    if (batch.length === 0) break;
    await Promise.all(batch.map(({ subject, data }) => js.publish(`${target}.${subject}`, data)));
    seq += batch.length;
  }
  return (messages / (performance.now() - started)) * 1000;
}

function tell(what: string, { result }: Watched<number>, bare: number): void {
  const ratio = result / bare;
  report({ what, ours: perSecond(result), raw: perSecond(bare), ratio, bound: bound(ratio) });
}

/** Some of them first and then all: where memory is flat both take the same. */
async function both(world: World, what: string, work: (count: number) => Promise<number>): Promise<Watched<number>> {
  tellMemory(`${what} of ${told(first)}`, await watched(world, () => work(first)));
  const all = await watched(world, () => work(messages));
  tellMemory(`${what} of ${told(messages)}`, all);
  return all;
}

/** Export and copy of a million messages, against the bare client, with the memory that they take. */
export async function benchMessages(world: World): Promise<void> {
  await fill(world.nc);
  const jsm = await jetstreamManager(world.nc);
  const rawRead = await rawScan(world.nc);
  const exported = await both(world, 'an export', (count) => exportSome(world, count));
  tell(`export of ${told(messages)} messages as NDJSON`, exported, rawRead);
  await jsm.streams.add({ name: 'BARE', subjects: ['BARE.>'] });
  const rawRate = await rawCopy(world.nc, 'BARE');
  await jsm.streams.delete('BARE');
  const copied = await both(world, 'a copy', async (count) => {
    await jsm.streams.add({ name: 'COPY', subjects: ['COPY.>'] });
    const rate = await copySome(world, 'COPY', count);
    await jsm.streams.delete('COPY');
    return rate;
  });
  tell('copy of them into another stream, each acknowledged', copied, rawRate);
}
