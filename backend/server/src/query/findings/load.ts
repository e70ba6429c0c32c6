import type { Grant, MetricSource } from '@jetstream-console/contract';
import type { Ask } from '../engine/ask';
import { Params } from '../engine/params';
import { advisoriesStatement } from '../events/read';
import { conditions, readScope, seriesColumns, tableName } from '../metrics/source';
import { isEmpty } from '../engine/scope';
import * as read from './rows';
import type { World } from './world';

/** Figures "of the window" go back this far: long enough for the longest hold time of a rule. */
export const windowMs = 600_000;
const eventsMs = 3_600_000;
const maxEvents = 5000;

export interface LoadInput {
  readonly ask: Ask;
  readonly organizationId: string;
  readonly grants: readonly Grant[];
  readonly clusters: readonly { readonly id: string; readonly name: string }[];
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** The newest sample of each series and sums over the window, a row a series. */
async function newest(input: LoadInput, source: MetricSource, columns: readonly string[]): Promise<read.Row[]> {
  const { ask, organizationId, grants, clusters, nowMs, signal } = input;
  if (isEmpty(readScope(source, grants))) return [];
  const params = new Params();
  const series = seriesColumns(source);
  const where = conditions(
    { source, organizationId, grants, clusterIds: clusters.map(({ id }) => id), filters: [] },
    { fromMs: nowMs - windowMs, toMs: nowMs + 60_000 },
    params,
  );
  const sql = `SELECT ${series.join(', ')}, toUnixTimestamp64Milli(max(time)) AS q_at, ${columns.join(', ')}
FROM ${tableName(source, 'raw')}
WHERE ${where}
GROUP BY ${series.join(', ')}`;
  const answer = await ask({ sql, params: params.values }, signal);
  const names = answer.columns.map(({ name }) => name);
  return answer.rows.map((values) => new Map(names.map((name, i) => [name, values[i]])));
}

/**
 * A series that was not sampled with its cluster's newest collections is gone, not wrong: a deleted consumer is no
 * finding for the rest of the window.
 */
function present(rows: readonly read.Row[], lagMs: number): read.Row[] {
  const last = new Map<string, number>();
  for (const row of rows) {
    const cluster = read.text(row, 'cluster_id');
    last.set(cluster, Math.max(last.get(cluster) ?? 0, read.number(row, 'q_at') ?? 0));
  }
  return rows.filter((row) => (read.number(row, 'q_at') ?? 0) >= (last.get(read.text(row, 'cluster_id')) ?? 0) - lagMs);
}

const lagOf = (world: Pick<World, 'collection'>) => Math.max(90_000, 3 * (world.collection?.sampleMs ?? 30_000));

async function events(input: LoadInput): Promise<read.Row[]> {
  const { ask, clusters, nowMs, organizationId, grants, signal } = input;
  const statement = advisoriesStatement(
    {
      types: [
        'max_deliver',
        'terminated',
        'api_limit_reached',
        'server_out_of_space',
        'stream_quorum_lost',
        'consumer_quorum_lost',
      ],
      stream: null,
      limit: maxEvents,
    },
    clusters.map(({ id }) => id),
    { organizationId, grants },
    { fromMs: nowMs - eventsMs, toMs: nowMs + 60_000 },
    // However many there are of one kind: they are one finding.
    eventsMs,
  );
  const answer = await ask(statement, signal);
  const names = answer.columns.map(({ name }) => name);
  return answer.rows.map((values) => new Map(names.map((name, i) => [name, values[i]])));
}

/** Every cluster as its newest samples show it. */
export async function loadWorlds(input: LoadInput): Promise<World[]> {
  if (input.clusters.length === 0) return [];
  const [collections, streams, consumers, servers, accounts, happened] = await Promise.all([
    newest(input, 'cluster', read.collectionColumns),
    newest(input, 'stream', read.streamColumns),
    newest(input, 'consumer', read.consumerColumns),
    newest(input, 'server', read.serverColumns),
    newest(input, 'account', read.accountColumns),
    events(input),
  ]);
  return input.clusters.map((cluster): World => {
    const mine = (rows: readonly read.Row[]) => rows.filter((row) => read.text(row, 'cluster_id') === cluster.id);
    const [collected] = mine(collections);
    const collection = collected ? read.toCollection(collected) : null;
    const lag = lagOf({ collection });
    return {
      cluster,
      ownAccounts: read.ownAccounts(mine([...streams, ...consumers, ...accounts])),
      nowMs: input.nowMs,
      windowMs,
      collection,
      streams: present(mine(streams), lag).map(read.toStream),
      consumers: present(mine(consumers), lag).map(read.toConsumer),
      servers: present(mine(servers), lag).map(read.toServer),
      accounts: present(mine(accounts), lag).map(read.toAccount),
      events: read.toEvents(mine(happened)),
    };
  });
}
