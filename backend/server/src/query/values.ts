import { matchesName, type QueryOf, type Routes } from '@jetstream-console/contract';
import type { ClusterRecord } from '../clusters/store';
import { atMost } from '../jetstream/api';
import { invalid } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import { namedClusters, visibleClusters } from './engine/clusters';
import type { QueryDeps } from './engine/deps';
import { fromClickHouse } from './engine/failure';
import { Params } from './engine/params';
import * as load from './inventory/load';
import { conditions } from './metrics/source';

type Query = QueryOf<Routes['listValues']>;
interface Value {
  readonly value: string;
  readonly text: string;
}

/** Accounts and domains that had samples within this time. */
const sampledWithinMs = 6 * 3_600_000;
const atOnce = 8;

const plain = (values: Iterable<string>): Value[] =>
  [...new Set(values)].filter((value) => value !== '').map((value) => ({ value, text: value }));

/** Accounts and domains are known from samples: the protocol of a single account names neither. */
async function sampled(deps: QueryDeps, ctx: Ctx, column: 'account' | 'domain', clusters: readonly ClusterRecord[]) {
  const params = new Params();
  const now = deps.now();
  const { organizationId, grants } = ctx.principal;
  const clusterIds = clusters.map(({ id }) => id);
  const where = conditions(
    { source: 'stream', organizationId, clusterIds, filters: [], grants },
    { fromMs: now - sampledWithinMs, toMs: now + 60_000 },
    params,
  );
  const { rows } = await deps.ask(
    { sql: `SELECT DISTINCT ${column} FROM stream_metrics WHERE ${where} LIMIT 5000`, params: params.values },
    ctx.signal,
  );
  return plain(rows.map(([value]) => String(value)));
}

/** A cluster that cannot be reached offers nothing, and does not keep the others from it, unless it was asked for alone. */
async function fromClusters(
  clusters: readonly ClusterRecord[],
  ask: (cluster: ClusterRecord) => Promise<readonly string[]>,
): Promise<{ values: Value[]; complete: boolean }> {
  let missing = 0;
  const found = await atMost(atOnce, clusters, async (cluster) => {
    try {
      return await ask(cluster);
    } catch (error) {
      if (clusters.length === 1) throw fromClickHouse(error);
      missing++;
      return [];
    }
  });
  return { values: plain(found.flat()), complete: missing === 0 };
}

/** A search is a part of the text, or a glob where it holds a `*`. */
const wanted = (search: string | undefined) => {
  const text = search?.toLowerCase();
  return ({ text: candidate }: Value): boolean =>
    text === undefined ||
    (text.includes('*') ? matchesName(text, candidate.toLowerCase()) : candidate.toLowerCase().includes(text));
};

/** What a template variable, a filter and the query editor offer, of what I may see. */
export async function listValues(deps: QueryDeps, ctx: Ctx, query: Query) {
  const clusters = namedClusters(
    await visibleClusters(deps.store, ctx),
    query.cluster === undefined ? [] : [query.cluster],
  );
  const each = (pick: (cluster: ClusterRecord) => Promise<readonly string[]>) => fromClusters(clusters, pick);
  const found = async (): Promise<{ values: Value[]; complete: boolean }> => {
    switch (query.of) {
      case 'cluster':
        return {
          values: clusters.map(({ id, settings }) => ({ value: id, text: settings.name })),
          complete: true,
        };
      case 'account':
      case 'domain':
        return { values: await sampled(deps, ctx, query.of, clusters), complete: true };
      case 'server':
        return each(async (c) => (await load.servers(deps, ctx, c)).map(({ name }) => name));
      case 'stream':
        return each(async (c) => (await load.streams(deps, ctx, c)).map(({ name }) => name));
      case 'consumer':
        return each(async (c) =>
          (await load.consumers(deps, ctx, c))
            .filter(({ stream }) => query.stream === undefined || stream === query.stream)
            .map(({ name }) => name),
        );
      case 'bucket':
        return each(async (c) => (await load.buckets(deps, ctx, c)).map(({ bucket }) => bucket));
      case 'subject': {
        const { stream } = query;
        if (stream === undefined) throw invalid('query.stream', 'say the stream whose subjects are wanted');
        const spec = { stream, subject: null, limit: query.limit };
        return each(async (c) => (await load.subjects(deps, ctx, c, spec)).map(({ subject }) => subject));
      }
    }
  };
  const { values, complete } = await found();
  const matching = values.filter(wanted(query.search)).sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return { items: matching.slice(0, query.limit), complete: complete && matching.length <= query.limit };
}
