import http from 'node:http';
import { apiBase, routes, urlOf, type Route } from '@jetstream-console/contract';
import type { TestApi } from '../setup/api';

interface At {
  readonly clusterId: string;
  readonly stream: string;
}
export const urlTo = (api: Pick<TestApi, 'url'>, route: Pick<Route, 'path'>, params: At) =>
  api.url + apiBase + urlOf(route, { ...params });

/** A whole backup. @throws where it breaks off */
export async function download(api: Pick<TestApi, 'url' | 'admin'>, params: At): Promise<Buffer> {
  const answer = await fetch(urlTo(api, routes.backupStream, params), {
    headers: { authorization: `Bearer ${api.admin}` },
  });
  if (!answer.ok) throw new Error(`the backup answered ${answer.status}: ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
}

/** Gives a backup back. */
export const upload = (api: Pick<TestApi, 'url' | 'admin'>, params: At, body: Buffer): Promise<Response> =>
  fetch(urlTo(api, routes.restoreStream, params), {
    method: 'POST',
    headers: { authorization: `Bearer ${api.admin}`, 'content-type': 'application/x-tar' },
    body: new Uint8Array(body),
  });

/** Sends the beginning of a backup and goes away. */
export const leaveIn = (api: Pick<TestApi, 'url' | 'admin'>, params: At, beginning: Buffer): Promise<void> =>
  new Promise((resolve) => {
    const req = http.request(urlTo(api, routes.restoreStream, params), {
      method: 'POST',
      headers: { authorization: `Bearer ${api.admin}` },
      agent: false,
    });
    req.on('error', () => resolve());
    req.on('close', () => resolve());
    req.write(beginning, () => req.destroy());
  });
