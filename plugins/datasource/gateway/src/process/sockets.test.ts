import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makePlace, socketBase, sweep } from './sockets';

let base: string;
const servers: Server[] = [];
beforeEach(() => {
  base = mkdtempSync(path.join(os.tmpdir(), 'js-sweep-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
  rmSync(base, { recursive: true, force: true });
});

const longAgo = new Date(Date.now() - 3_600_000);
const age = (socket: string) => utimesSync(path.dirname(socket), longAgo, longAgo);
const listen = (socket: string) =>
  new Promise<void>((resolve) => {
    servers.push(createServer().listen(socket, resolve));
  });

describe('folders of sockets', () => {
  it('takes away those in which nobody listens, and leaves the others', async () => {
    const [own, live, dead, young] = [makePlace(base), makePlace(base), makePlace(base), makePlace(base)];
    await listen(live.socket);
    for (const place of [own, live, dead]) age(place.socket);
    const foreign = path.join(base, 'plugin123');
    mkdirSync(foreign);
    expect(await sweep(base, own.socket)).toBe(1);
    expect([own, live, dead, young].map((place) => existsSync(path.dirname(place.socket)))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect(existsSync(foreign)).toBe(true);
    dead.remove();
  });

  it('uses the place that the host names, unless its paths get too long', () => {
    const long = path.join(base, 'x'.repeat(90));
    expect(socketBase(base)).toBe(base);
    expect(socketBase(long, base)).toBe(base);
    expect(socketBase(long, long)).toBe('/tmp');
  });
});
