import { apiBase, routes, urlOf, type DescriptorRow, type Route } from '@jetstream-console/contract';
import { ordersSet } from '../../../backend/server/src/decoders/orders.fixture';
import type { TestApi } from '../setup/api';
import { bearer, type Answer } from '../setup/http';

/** Bytes to a route that takes them. */
export const sendBytes = (
  api: TestApi,
  route: Pick<Route, 'method' | 'path'>,
  given: { readonly params?: Record<string, unknown>; readonly query?: Record<string, unknown> },
  bytes: Buffer,
  token = api.admin,
): Promise<Answer> =>
  api.send({
    method: route.method,
    path: apiBase + urlOf(route, given.params, given.query),
    headers: [...bearer(token), ['content-type', 'application/octet-stream']],
    body: bytes,
  });

/** Keeps orders.proto, or another set. */
export async function uploadDescriptor(
  api: TestApi,
  name: string,
  bytes: Buffer = ordersSet(),
  token?: string,
): Promise<DescriptorRow> {
  const answer = await sendBytes(api, routes.uploadDescriptor, { query: { name } }, bytes, token);
  if (answer.status !== 201) throw new Error(`the upload answered ${answer.status}: ${answer.text}`);
  return routes.uploadDescriptor.response.parse(answer.json());
}
