import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import http, { type IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { routes } from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { expect, it } from 'vitest';
import { startMessageWorld } from '../messages/world';
import { bearer } from '../setup/http';
import { urlTo } from './world';

const pieceBytes = 1_000_000;
const pieces = 300;
const size = pieceBytes * pieces;

/** Runs it, and tells by how much the process grew meanwhile. */
async function growthOf(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  const watching = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  try {
    await work();
  } finally {
    clearInterval(watching);
  }
  return most - before;
}

it('neither a backup nor a restore of 300 MB is held in memory', async () => {
  const world = await startMessageWorld();
  const dir = mkdtempSync(path.join(os.tmpdir(), 'backup-memory-'));
  try {
    const stream = await world.stream();
    const js = jetstream(world.nc);
    // Random, so that the server cannot pack it: the archive is as large as the stream.
    for (let i = 0; i < pieces; i++) await js.publish(`${stream}.a`, randomBytes(pieceBytes));
    const params = { clusterId: world.clusterId, stream };
    const headers = Object.fromEntries(bearer(world.api.admin));
    const file = path.join(dir, 'backup.tar');
    const backingUp = await growthOf(async () => {
      const url = urlTo(world.api, routes.backupStream, params);
      const [answer] = (await once(http.get(url, { headers, agent: false }), 'response')) as [IncomingMessage];
      await pipeline(answer, createWriteStream(file));
    });
    expect(statSync(file).size).toBeGreaterThan(size);
    const { items } = await world.api.get(routes.listAudit, { query: { action: 'stream.backup' } }, world.api.admin);
    expect(items[0]).toMatchObject({
      status: 'success',
      changes: { after: { messages: pieces, sent: { bytes: statSync(file).size, why: 'end' } } },
    });
    await world.jsm.streams.delete(stream);
    const restoring = await growthOf(async () => {
      const { method } = routes.restoreStream;
      const req = http.request(urlTo(world.api, routes.restoreStream, params), { method, headers, agent: false });
      const answered = once(req, 'response') as Promise<[IncomingMessage]>;
      await pipeline(createReadStream(file), req);
      const [answer] = await answered;
      expect(JSON.parse(await text(answer))).toMatchObject({ restored: true, messages: pieces });
    });
    // Sender, api and receiver are one process here: half of the stream is far more than all three need.
    expect(backingUp).toBeLessThan(size / 2);
    expect(restoring).toBeLessThan(size / 2);
  } finally {
    rmSync(dir, { recursive: true, force: true });
    await world.stop();
  }
});
