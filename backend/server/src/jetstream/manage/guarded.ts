import type { Action, Resource } from '@jetstream-console/contract';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';

const behind: readonly (readonly [prefix: string, store: Resource])[] = [
  ['KV_', 'kv_stores'],
  ['OBJ_', 'object_stores'],
];

/** A bucket is a stream: who changes that one has to be allowed to change the bucket as well. @throws ApiError 403 */
export function requireStream(ctx: Ctx, cluster: string, stream: string, action: Action): void {
  ctx.require({ resource: 'streams', action }, { cluster, name: stream });
  for (const [prefix, resource] of behind)
    if (stream.startsWith(prefix)) ctx.require({ resource, action }, { cluster, name: stream.slice(prefix.length) });
}

/** @throws ApiError 400 where the typed name is another */
export function assertConfirmed(confirm: string, name: string): void {
  if (confirm !== name)
    throw new ApiError(400, 'not_confirmed', `Nothing was done: type the name ${name} to confirm it.`, {
      errors: [{ field: 'body.confirm', message: `is not ${name}` }],
    });
}
