import type { QueryOf, Routes, WatchEvent } from '@jetstream-console/contract';
import type { Types } from '../../decoders/types';
import type { Ctx } from '../../platform/handler';
import { filterFor } from '../kv';
import { prefixOf, toEntry } from '../kvValues';
import type { AtKey } from './keys';
import { watchChanges, type WatchDeps } from './watch';

export interface KeyWatchDeps extends WatchDeps {
  readonly types: Types;
}

/** Changes of keys under a prefix, of those keys alone that the asker may read. */
export async function watchKeys(
  deps: KeyWatchDeps,
  ctx: Ctx,
  { clusterId, bucket }: AtKey,
  query: QueryOf<Routes['watchKeys']>,
  emit: (event: WatchEvent) => Promise<void>,
): Promise<void> {
  const prefix = await prefixOf(await deps.links.open(ctx, clusterId), bucket);
  const typeOf = await deps.types.ofStream(ctx, clusterId, `KV_${bucket}`);
  const reading = { resource: 'kv_values', action: 'read' } as const;
  const target = { cluster: clusterId, name: bucket };
  await watchChanges(
    deps,
    ctx,
    {
      stream: `KV_${bucket}`,
      subject: filterFor(prefix, query.prefix),
      after: query.after,
      question: { ...reading, target },
      turn: async (now) => {
        const mayRead = now.each(reading, target);
        return {
          link: await deps.links.open(now, clusterId),
          keep: ({ subject }) => {
            const key = subject.slice(prefix.length);
            return key.startsWith(query.prefix) && mayRead({ subject: key });
          },
        };
      },
      entryOf: (stored) => toEntry(prefix, stored, query.previewBytes, false, typeOf),
    },
    emit,
  );
}
