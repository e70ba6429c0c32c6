import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import http, { type IncomingMessage } from 'node:http';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { apiBase, routes, urlOf } from '@jetstream-console/contract';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { say } from '../lib/main';
import { tellMemory, watched } from './memory';
import { report } from './report';
import { sizeFrom } from './size';
import type { World } from './world';

const stream = 'LARGE';
const messageBytes = 65_536;
const perMegabyte = 1_048_576 / messageBytes;
/** MiB that the stream holds; the disk has to have three times that. */
const size = sizeFrom('BENCH_BACKUP_MB', { usual: 512, least: 128, most: 8192, step: 128 });

/** Random bytes, so that the server cannot pack them: the archive is as large as the stream. */
async function fillLarge({ nc }: World): Promise<number> {
  say(`filling ${stream} with ${size} MiB`);
  await (await jetstreamManager(nc)).streams.add({ name: stream, subjects: ['large'] });
  const js = jetstream(nc);
  const count = size * perMegabyte;
  for (let n = 1; n <= count; n++) {
    // The answer to one in 64 holds the client back: the server takes no more than it writes.
    if (n % 64 === 0) await js.publish('large', randomBytes(messageBytes));
    else nc.publish('large', randomBytes(messageBytes));
  }
  return count;
}

const rateOf = (bytes: number, started: number) =>
  `${(bytes / 1_048_576 / ((performance.now() - started) / 1000)).toFixed(0)} MiB/s`;

/** A backup of a large stream to the disk and back again, with the memory that both take. */
export async function benchBackup(world: World): Promise<void> {
  const { apiUrl, token, clusterId, nc, dir } = world;
  const count = await fillLarge(world);
  const jsm = await jetstreamManager(nc);
  const file = path.join(dir, 'large.tar');
  const headers = { authorization: `Bearer ${token}` };
  const backedUp = await watched(world, async () => {
    const started = performance.now();
    const url = `${apiUrl}${apiBase}${urlOf(routes.backupStream, { clusterId, stream })}`;
    const [answer] = (await once(http.get(url, { headers }), 'response')) as [IncomingMessage];
    if (answer.statusCode !== 200) throw new Error(`the backup answered ${answer.statusCode}`);
    await pipeline(answer, createWriteStream(file));
    const bytes = (await stat(file)).size;
    return { bytes, rate: rateOf(bytes, started) };
  });
  report({ what: `backup of ${size} MiB in ${backedUp.result.bytes} bytes`, ours: backedUp.result.rate });
  tellMemory('it', backedUp);
  await jsm.streams.delete(stream);
  const restored = await watched(world, async () => {
    const started = performance.now();
    const url = `${apiUrl}${apiBase}${urlOf(routes.restoreStream, { clusterId, stream })}`;
    const sending = http.request(url, { method: routes.restoreStream.method, headers });
    const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
    await pipeline(createReadStream(file), sending);
    const [answer] = await answered;
    const body = await text(answer);
    if (answer.statusCode !== 201) throw new Error(`the restore answered ${answer.statusCode}: ${body}`);
    const { messages } = routes.restoreStream.response.parse(JSON.parse(body));
    if (messages !== count) throw new Error(`the restore brought back ${messages} of ${count} messages`);
    return rateOf(backedUp.result.bytes, started);
  });
  report({ what: 'restore of it', ours: restored.result });
  tellMemory('it', restored);
  await jsm.streams.delete(stream);
  await rm(file);
}
