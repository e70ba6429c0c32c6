// @vitest-environment happy-dom
import { setBackendSrv, type BackendSrv, type BackendSrvRequest } from '@grafana/runtime';
import { routes } from '@jetstream-console/contract';
import { of } from 'rxjs';
import { expect, it } from 'vitest';
import { call } from './client';

/** What Grafana is asked to send. */
async function sent(make: () => Promise<unknown>): Promise<BackendSrvRequest> {
  const requests: BackendSrvRequest[] = [];
  setBackendSrv({
    fetch: (request: BackendSrvRequest) => {
      requests.push(request);
      return of({ data: undefined });
    },
  } as Partial<BackendSrv> as BackendSrv);
  await make().catch(() => undefined);
  const [request] = requests;
  if (!request) throw new Error('nothing was sent');
  return request;
}
const params = { clusterId: '0b1b3a58-1111-4222-8333-123456789abc', stream: 'ORDERS' };

it('says of every body that it is JSON: Grafana does so for some methods only', async () => {
  const deletion = await sent(() => call(routes.deleteStream, { params, body: { confirm: 'ORDERS' } }));
  expect(deletion).toMatchObject({ method: 'DELETE', headers: { 'Content-Type': 'application/json' } });
  const read = await sent(() => call(routes.getStream, { params }));
  expect(read.headers).toBeUndefined();
});
