import type { Action, Resource } from '@jetstream-console/contract';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';

interface Behind {
  readonly prefix: string;
  readonly store: Resource;
  readonly data: Resource;
}
const behind: readonly Behind[] = [
  { prefix: 'KV_', store: 'kv_stores', data: 'kv_values' },
  { prefix: 'OBJ_', store: 'object_stores', data: 'object_data' },
];
const storesOf = (stream: string) =>
  behind.filter(({ prefix }) => stream.startsWith(prefix)).map((b) => ({ ...b, name: stream.slice(b.prefix.length) }));

/** A bucket is a stream: who changes that one has to be allowed to change the bucket as well. @throws ApiError 403 */
export function requireStream(ctx: Ctx, cluster: string, stream: string, action: Action): void {
  ctx.require({ resource: 'streams', action }, { cluster, name: stream });
  for (const { store, name } of storesOf(stream)) ctx.require({ resource: store, action }, { cluster, name });
}

/** The same question, for who asks it of many. */
export const mayOnStream = (ctx: Ctx, cluster: string, stream: string, action: Action): boolean =>
  ctx.decide({ resource: 'streams', action }, { cluster, name: stream }).allowed &&
  storesOf(stream).every(({ store, name }) => ctx.decide({ resource: store, action }, { cluster, name }).allowed);

/** Every message of a stream, whatever its subject. @throws ApiError 403 */
export function mayReadAll(ctx: Ctx, cluster: string, stream: string): void {
  ctx.require({ resource: 'messages', action: 'read' }, { cluster, name: stream });
  for (const { data, name } of storesOf(stream)) ctx.require({ resource: data, action: 'read' }, { cluster, name });
}

/** @throws ApiError 400 where the typed name is another */
export function assertConfirmed(confirm: string, name: string): void {
  if (confirm !== name)
    throw new ApiError(400, 'not_confirmed', `Nothing was done: type the name ${name} to confirm it.`, {
      errors: [{ field: 'body.confirm', message: `is not ${name}` }],
    });
}
