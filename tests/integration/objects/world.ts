import http from 'node:http';
import { apiBase, routes, urlOf, type QueryIn, type Routes } from '@jetstream-console/contract';
import { Objm, type ObjectStore } from '@nats-io/obj';
import { startManageWorld, type ManageWorld } from '../manage/world';
import type { TestApi } from '../setup/api';
import { bearer, type Answer, type Headers } from '../setup/http';

export interface Received {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** false where the answer broke off */
  readonly complete: boolean;
}
export interface ObjectWorld extends ManageWorld {
  store(config?: Record<string, unknown>): Promise<string>;
  /** the store as another client sees it */
  theirs(store: string): Promise<ObjectStore>;
  put(store: string, query: QueryIn<Routes['uploadObject']>, content: string | Buffer, who?: string): Promise<Answer>;
  download(store: string, name: string, headers?: Headers, who?: string): Promise<Received>;
  urlOf(route: { path: string }, store: string, query?: Record<string, unknown>): URL;
}

let made = 0;

export async function startObjectWorld(version?: string, shared?: TestApi): Promise<ObjectWorld> {
  const world = await startManageWorld(version, shared);
  const { api, clusterId } = world;
  const objm = new Objm(world.nc);
  const path = (route: { path: string }, store: string, query: Record<string, unknown> = {}) =>
    apiBase + urlOf(route, { clusterId, store }, query);
  return {
    ...world,
    urlOf: (route, store, query) => new URL(path(route, store, query), api.url),
    theirs: (store) => objm.open(store),
    store: async (config = {}) => {
      const name = `s${++made}`;
      await api.get(routes.createObjectStore, { params: { clusterId }, body: { name, config } }, api.admin);
      return name;
    },
    put: (store, query, content, who = api.admin) =>
      api.send({
        method: 'PUT',
        path: path(routes.uploadObject, store, query),
        headers: bearer(who),
        body: content,
      }),
    download: (store, name, headers = [], who = api.admin) =>
      new Promise((resolve) => {
        const req = http.request(
          new URL(path(routes.downloadObject, store, { name }), api.url),
          { headers: Object.fromEntries([...bearer(who), ...headers]), agent: false },
          (res) => {
            const parts: Buffer[] = [];
            const end = (complete: boolean) =>
              resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(parts), complete });
            res.on('data', (part: Buffer) => parts.push(part));
            res.on('end', () => end(true));
            res.on('error', () => end(false));
          },
        );
        // Broken off before its head got here.
        req.on('error', () => resolve({ status: 0, headers: {}, body: Buffer.alloc(0), complete: false }));
        req.end();
      }),
  };
}

/** Bytes that no two chunks have in common. */
export function bytesOf(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i + 4 <= length; i += 4) bytes.writeUInt32LE((i * 2654435761) >>> 0, i);
  return bytes;
}
