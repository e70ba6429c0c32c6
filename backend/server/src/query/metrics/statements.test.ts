import { metricCatalog, metricOf, type Grant } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { isComputed, tableOf } from '../../metrics/figures';
import { seriesColumns, type Selection } from './source';
import { countStatement, seriesStatement, tableStatement, type SeriesPlan } from './statements';
import { bucketsOf } from './step';

const org = '00000000-0000-4000-8000-000000000001';
const cluster = '00000000-0000-4000-8000-00000000000a';
const everywhere: Grant[] = (['streams', 'consumers', 'clusters', 'accounts'] as const).map((resource) => ({
  resource,
  action: 'read',
  scope: { kind: 'organization' },
}));
const hostile = `x'); DROP TABLE stream_metrics; --`;

const selection = (source: Selection['source'], given: Partial<Selection> = {}): Selection => ({
  source,
  organizationId: org,
  clusterIds: [cluster],
  filters: [],
  grants: everywhere,
  ownOnly: false,
  ...given,
});
const plan = (id: string, given: Partial<SeriesPlan> = {}): SeriesPlan => {
  const metric = metricOf(id);
  if (!metric) throw new Error(`no metric ${id}`);
  return {
    metric,
    selection: selection(metric.source),
    groupBy: [],
    aggregate: 'sum',
    rollup: 'raw',
    buckets: bucketsOf(0, 3_600_000, 60_000),
    lastBucket: 59,
    top: null,
    limit: 1001,
    ...given,
  };
};

describe('statements', () => {
  it.each(metricCatalog.map(({ id }) => id).filter((id) => !isComputed(id)))(
    '%s names columns that its table has',
    (id) => {
      const { metric, selection: chosen } = plan(id);
      const columns = tableOf[metric.source].columns.map(({ name }) => name);
      expect(columns).toEqual(expect.arrayContaining(seriesColumns(metric.source)));
      const { sql } = seriesStatement(plan(id));
      expect(sql).toContain(`FROM ${tableOf[chosen.source].name}\n`);
    },
  );

  it.each(['raw', 'hourly', 'daily'] as const)('hold the organization and the clusters as parameters: %s', (rollup) => {
    const { sql, params } = seriesStatement(plan('lag', { rollup }));
    expect(sql).toMatch(/org_id = \{p\d+:UUID\}/);
    expect(sql).toMatch(/cluster_id IN \{p\d+:Array\(UUID\)\}/);
    expect(Object.values(params ?? {})).toEqual(expect.arrayContaining([org, [cluster]]));
    expect(sql).not.toContain(org);
  });

  it('hold nothing of what people wrote in their text', () => {
    const filters = (['=', '!=', '=~', '!~'] as const).map((op) => ({
      field: 'stream' as const,
      op,
      values: [hostile],
    }));
    const grants: Grant[] = [
      { resource: 'consumers', action: 'read', scope: { kind: 'cluster', clusterId: cluster, namePattern: hostile } },
    ];
    const chosen = selection('consumer', { filters, grants });
    const statements = [
      seriesStatement(plan('lag', { selection: chosen })),
      countStatement(chosen, 0, 1),
      tableStatement({
        metric: plan('lag').metric,
        selection: chosen,
        groupBy: ['stream'],
        aggregate: 'max',
        fromMs: 0,
        toMs: 1,
        rateMs: 60_000,
        goneAfterMs: 90_000,
        collected: new Map([[cluster, 1]]),
        top: null,
        limit: 10,
      }),
    ];
    for (const { sql, params } of statements) {
      expect(sql).not.toContain('DROP');
      expect(JSON.stringify(params)).toContain('DROP');
    }
  });

  it('never add samples up, and never average rates', () => {
    const gauge = seriesStatement(plan('lag', { groupBy: ['stream'] })).sql;
    expect(gauge).toContain("avg(CAST(num_pending, 'Nullable(Float64)')) AS q_s");
    expect(gauge).toContain('sum(q_s) AS q_v');
    const rate = seriesStatement(plan('delivered', { groupBy: ['stream'], aggregate: 'avg' })).sql;
    expect(rate).toContain('sum(delivered) * 1000 / nullIf(sum(elapsed_ms), 0) AS q_s');
    const state = seriesStatement(plan('paused')).sql;
    expect(state).toContain("max(CAST(paused, 'Nullable(Float64)')) AS q_s");
  });

  it('name no column as the table does, so that a condition means the column', () => {
    for (const id of ['lag', 'delivered', 'cpu'])
      for (const [, alias = ''] of seriesStatement(plan(id)).sql.matchAll(/ AS (\w+)/g)) expect(alias).toMatch(/^q_/);
  });

  it('ask for the top ones by their last value', () => {
    const { sql, params } = seriesStatement(plan('lag', { top: 10, groupBy: ['consumer'] }));
    expect(sql).toMatch(/ORDER BY q_last DESC, consumer\nLIMIT \{p(\d+):UInt32\}$/);
    expect(Object.values(params ?? {}).at(-1)).toBe(10);
  });
});
