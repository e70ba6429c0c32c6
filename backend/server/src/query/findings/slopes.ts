import { robustSlope } from '../metrics/slope';
import { historyStatement, pointsOf } from '../metrics/forecast';
import { seriesColumns, type Selection } from '../metrics/source';
import { lagWorthALook } from './consumers';
import type { LoadInput } from './load';
import type { ConsumerNow, StreamNow, World } from './world';

/** A slope needs an hour of samples: it is looked up only where a forecast could become a finding. */
const historyMs = 3_600_000;
const stepMs = 60_000;
const maxSeries = 500;
/** Below this a limit is not met within a day at any usual pace; a burst shows as soon as it is above. */
const useWorthALook = 0.3;

const keyOf = (parts: readonly unknown[]) => JSON.stringify(parts.map(String));

async function history(
  input: LoadInput,
  kind: 'to_limit' | 'drain',
  streams: readonly string[],
  clusterIds: readonly string[],
) {
  const source = kind === 'to_limit' ? 'stream' : 'consumer';
  const selection: Selection = {
    source,
    organizationId: input.organizationId,
    grants: input.grants,
    clusterIds,
    filters: [{ field: 'stream', op: '=', values: [...new Set(streams)] }],
  };
  const time = { fromMs: input.nowMs - historyMs, toMs: input.nowMs + 60_000 };
  const { rows } = await input.ask(historyStatement(kind, selection, time, stepMs, 10_000), input.signal);
  const n = seriesColumns(source).length;
  return new Map(rows.map((row) => [keyOf(row.slice(0, n)), row.slice(n)]));
}

/** Adds growth over the last hour to the streams and consumers that may be on their way to a finding. */
export async function withSlopes(input: LoadInput, worlds: readonly World[]): Promise<World[]> {
  const near = (s: StreamNow) => (s.limitUse ?? 0) >= useWorthALook && (s.limitUse ?? 0) < 1;
  const behind = (c: ConsumerNow) => (c.pending ?? 0) >= lagWorthALook;
  const streams = worlds.flatMap((w) => w.streams.filter(near).map(({ stream }) => stream)).slice(0, maxSeries);
  const consumers = worlds.flatMap((w) => w.consumers.filter(behind).map(({ stream }) => stream)).slice(0, maxSeries);
  const ids = worlds.map(({ cluster }) => cluster.id);
  const [sizes, lags] = await Promise.all([
    streams.length > 0 ? history(input, 'to_limit', streams, ids) : new Map<string, unknown[]>(),
    consumers.length > 0 ? history(input, 'drain', consumers, ids) : new Map<string, unknown[]>(),
  ]);
  return worlds.map((world) => ({
    ...world,
    streams: world.streams.map((s) => {
      const found = sizes.get(keyOf([world.cluster.id, s.account, s.domain, s.stream]));
      return found
        ? {
            ...s,
            bytesSlope: robustSlope(pointsOf(found[0], found[1])),
            messagesSlope: robustSlope(pointsOf(found[0], found[2])),
          }
        : s;
    }),
    consumers: world.consumers.map((c) => {
      const found = lags.get(keyOf([world.cluster.id, c.account, c.domain, c.stream, c.consumer]));
      return found ? { ...c, pendingSlope: robustSlope(pointsOf(found[0], found[1])) } : c;
    }),
  }));
}
