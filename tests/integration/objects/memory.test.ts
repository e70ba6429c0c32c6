import { createHash } from 'node:crypto';
import http from 'node:http';
import { routes } from '@jetstream-console/contract';
import { expect, it } from 'vitest';
import { bearer } from '../setup/http';
import { startObjectWorld } from './world';

const piece = Buffer.alloc(1_000_000, 7);
const pieces = 400;

it('neither an upload nor a download of 400 MB is held in memory', async () => {
  const world = await startObjectWorld();
  const store = await world.store();
  const headers = Object.fromEntries(bearer(world.api.admin));
  const hash = createHash('sha256');
  for (let i = 0; i < pieces; i++) hash.update(piece);
  const wanted = hash.digest('base64url');
  const before = process.memoryUsage().rss;
  let peak = before;
  const watching = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 20);
  const status = await new Promise<number>((resolve, reject) => {
    const url = world.urlOf(routes.uploadObject, store, { name: 'big' });
    const length = { 'content-length': piece.length * pieces };
    const req = http.request(url, { method: 'PUT', agent: false, headers: { ...headers, ...length } }, (res) => {
      res.resume().on('end', () => resolve(res.statusCode ?? 0));
    });
    req.on('error', reject);
    let sent = 0;
    const more = () => {
      while (sent < pieces) {
        sent++;
        if (!req.write(piece)) return void req.once('drain', more);
      }
      req.end();
    };
    more();
  });
  expect(status).toBe(200);
  const found = await new Promise<string>((resolve, reject) => {
    const url = world.urlOf(routes.downloadObject, store, { name: 'big' });
    const req = http.get(url, { agent: false, headers }, (res) => {
      const received = createHash('sha256');
      res.on('data', (part: Buffer) => received.update(part));
      res.on('end', () => resolve(received.digest('base64url')));
      res.on('error', reject);
    });
    req.on('error', reject);
  });
  clearInterval(watching);
  expect(found).toBe(wanted);
  // Sender, api and receiver are one process here: half of the object is far more than all three need.
  expect(peak - before).toBeLessThan((piece.length * pieces) / 2);
  await world.stop();
});
