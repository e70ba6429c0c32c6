import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { apiBase, replayEvent, routes, urlOf, type ReplayEvent } from '@jetstream-console/contract';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import { fill, messages, rawScan, stream } from './reading';
import { perSecond, report } from './report';
import type { World } from './world';

/** What the issue asks of export and replay, as part of the bare client's rate. */
const least = 0.7;
const bound = (ratio: number) => ({ text: `${least}x`, kept: ratio >= least });
const mebibytes = (kilobytes: number) => `${Math.round(kilobytes / 1024)} MiB`;

/** Resident memory of a process in kB, as Linux tells it. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN);
}

/** Does something, and looks four times a second at the memory of the api. */
async function watched<T>(
  { api }: World,
  work: () => Promise<T>,
): Promise<{ result: T; before: number; most: number }> {
  const before = await memoryOf(api.pid);
  let most = before;
  const done = new AbortController();
  const looking = (async () => {
    while (!done.signal.aborted) {
      most = Math.max(most, await memoryOf(api.pid));
      await delay(250);
    }
  })();
  try {
    return { result: await work(), before, most };
  } finally {
    done.abort();
    await looking;
  }
}

/** A whole stream as NDJSON, counted and thrown away. @returns messages a second */
async function exportAll({ apiUrl, token, clusterId }: World): Promise<number> {
  const started = performance.now();
  const path = urlOf(routes.exportMessages, { clusterId, stream });
  const answer = await fetch(`${apiUrl}${apiBase}${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok || !answer.body) throw new Error(`the export answered ${answer.status}`);
  let lines = 0;
  const reader = answer.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read())
    for (const byte of part.value) if (byte === 0x0a) lines++;
  if (lines !== messages) throw new Error(`the export holds ${lines} lines`);
  return (lines / (performance.now() - started)) * 1000;
}

async function copyAll({ apiUrl, token, clusterId }: World, target: string): Promise<number> {
  const started = performance.now();
  const answer = await fetch(`${apiUrl}${apiBase}${urlOf(routes.replayMessages, { clusterId, stream })}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ to: { stream: target, subject: { as: 'prefix', prefix: target } } }),
  });
  const events = (await answer.text()).split('\n\n').filter((part) => part.startsWith('data: '));
  const last: ReplayEvent = replayEvent.parse(JSON.parse((events.at(-1) ?? '').slice(6)));
  if (last.type !== 'end' || last.account.copied !== messages)
    throw new Error(`the copy ended as ${JSON.stringify(last)}`);
  return (messages / (performance.now() - started)) * 1000;
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

/** A rate beside the bare one, and what memory it took. */
function tell(what: string, { result, before, most }: Awaited<ReturnType<typeof watched<number>>>, bare: number): void {
  const ratio = result / bare;
  report({ what, ours: perSecond(result), raw: perSecond(bare), ratio, bound: bound(ratio) });
  report({ what: 'memory of the api meanwhile', ours: `${mebibytes(before)} before, ${mebibytes(most)} at most` });
}

/** Export and copy of a million messages, against the bare client, with the memory that they take. */
export async function benchMessages(world: World): Promise<void> {
  await fill(world.nc);
  const jsm = await jetstreamManager(world.nc);
  const rawRead = await rawScan(world.nc);
  const exported = await watched(world, () => exportAll(world));
  tell(`export of ${messages.toLocaleString('en-US')} messages as NDJSON`, exported, rawRead);
  for (const name of ['BARE', 'COPY']) await jsm.streams.add({ name, subjects: [`${name}.>`] });
  const rawRate = await rawCopy(world.nc, 'BARE');
  await jsm.streams.delete('BARE');
  const copied = await watched(world, () => copyAll(world, 'COPY'));
  await jsm.streams.delete('COPY');
  tell('copy of them into another stream, each acknowledged', copied, rawRate);
}
