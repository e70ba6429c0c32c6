// @vitest-environment happy-dom
import { migrateQuery, querySpec } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { alertUrl, exploreUrl } from './links';
import type { MetricSpec } from './useChart';

const datasource = { uid: 'jetstream-console', type: 'natsconsole-jetstream-datasource' };
const spec: MetricSpec = {
  kind: 'metrics',
  metric: 'lag',
  clusters: ['prod & "co"'],
  groupBy: ['stream', 'consumer'],
  aggregate: 'max',
  top: 10,
};
const parameter = (url: string, name: string): unknown =>
  JSON.parse(new URL(url, 'http://x').searchParams.get(name) ?? 'null');

describe('a link to Explore', () => {
  const url = exploreUrl(
    { datasource, specs: [spec, { ...spec, metric: 'delivered' }], range: { from: 'now-6h', to: 'now' } },
    2,
  );

  it('carries the queries and the time, whatever characters a name holds', () => {
    expect(url).toMatch(/^\/explore\?schemaVersion=1&panes=/);
    expect(url).not.toMatch(/[ +"]/);
    expect(new URL(url, 'http://x').searchParams.get('orgId')).toBe('2');
    expect(parameter(url, 'panes')).toEqual({
      a: {
        datasource: 'jetstream-console',
        queries: [
          { refId: 'A', datasource, v: 1, spec },
          { refId: 'B', datasource, v: 1, spec: { ...spec, metric: 'delivered' } },
        ],
        range: { from: 'now-6h', to: 'now' },
      },
    });
  });
});

describe('a link to a new rule', () => {
  const draft = {
    name: 'Lag of ORDERS',
    spec,
    when: 'above' as const,
    value: 1000,
    for: '5m',
    summary: '{{ $labels.consumer }} is behind',
    description: 'num_pending',
    labels: { severity: 'warning' },
    range: { from: 'now-1h', to: 'now' },
  };
  const url = alertUrl(draft, datasource, '/a/natsconsole-jetstream-app/streams?x=1');
  const defaults = parameter(url, 'defaults') as {
    queries: { refId: string; relativeTimeRange?: unknown; model: Record<string, unknown> }[];
    labels: unknown;
  };

  it('fills in query, last value, threshold, hold and texts', () => {
    expect(defaults).toMatchObject({
      name: 'Lag of ORDERS',
      condition: 'C',
      evaluateFor: '5m',
      noDataState: 'KeepLast',
      execErrState: 'KeepLast',
      annotations: [
        { key: 'summary', value: '{{ $labels.consumer }} is behind' },
        { key: 'description', value: 'num_pending' },
      ],
    });
    expect(defaults.labels).toContainEqual({ key: 'severity', value: 'warning' });
    expect(defaults.queries.map(({ refId }) => refId)).toEqual(['A', 'B', 'C']);
    expect(defaults.queries[0]?.relativeTimeRange).toEqual({ from: 3600, to: 0 });
    expect(defaults.queries[1]?.model).toMatchObject({ type: 'reduce', reducer: 'last', expression: 'A' });
    expect(defaults.queries[2]?.model).toMatchObject({
      type: 'threshold',
      expression: 'B',
      conditions: [{ evaluator: { type: 'gt', params: [1000] } }],
    });
  });

  it('asks for every series, with a query that the backend takes', () => {
    const { spec: stored } = migrateQuery(defaults.queries[0]?.model);
    expect(querySpec.parse(stored)).toMatchObject({ metric: 'lag', top: null, format: 'series' });
  });

  it('knows the way back', () => {
    expect(new URL(url, 'http://x').searchParams.get('returnTo')).toBe('/a/natsconsole-jetstream-app/streams?x=1');
  });
});
