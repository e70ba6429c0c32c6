import type { ObjectWatchEvent, QueryOf, Routes } from '@jetstream-console/contract';
import type { Ctx } from '../../platform/handler';
import { perObject } from '../../platform/memo';
import { watchChanges, type WatchDeps } from '../stores/watch';
import { metaPrefix, readInfo, toRow } from './info';
import { originOf, type AtStore } from './stores';

/** Objects that are put, described anew or deleted, as it happens. */
export async function watchObjects(
  deps: WatchDeps,
  ctx: Ctx,
  { clusterId, store }: AtStore,
  query: QueryOf<Routes['watchObjects']>,
  emit: (event: ObjectWatchEvent) => Promise<void>,
): Promise<void> {
  const infoOf = perObject(readInfo);
  const prefix = metaPrefix(await originOf(await deps.links.open(ctx, clusterId), store));
  await watchChanges(
    deps,
    ctx,
    {
      stream: `OBJ_${store}`,
      subject: `${prefix}*`,
      // Between two descriptions lie thousands of chunks.
      sparse: true,
      after: query.after,
      question: { resource: 'object_data', action: 'read', target: { cluster: clusterId, name: store } },
      turn: async (now) => ({
        link: await deps.links.open(now, clusterId),
        keep: (stored) => infoOf(stored) !== null,
      }),
      entryOf: (stored) => {
        const info = infoOf(stored);
        return info && { ...toRow(info, stored), operation: info.deleted ? ('delete' as const) : ('put' as const) };
      },
    },
    emit,
  );
}
