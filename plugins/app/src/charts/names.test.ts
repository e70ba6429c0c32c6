import { describe, expect, it } from 'vitest';
import { named } from './names';
import type { ChartSeries } from './series';
import type { MetricSpec } from './useChart';

const line = (refId: string, labels: Record<string, string>): ChartSeries => ({
  id: refId,
  refId,
  name: 'as the console says',
  unit: 'short',
  from: '',
  labels,
  times: [],
  values: [],
});
const spec = (metric: string, more: Partial<MetricSpec> = {}): MetricSpec => ({ kind: 'metrics', metric, ...more });
const oneConsumer = {
  clusters: ['c'],
  filters: [
    { field: 'stream' as const, op: '=' as const, values: ['ORDERS'] },
    { field: 'consumer' as const, op: '=' as const, values: ['billing'] },
  ],
};
const labels = { cluster: 'prod', stream: 'ORDERS', consumer: 'billing' };

describe('names of lines', () => {
  it('are the metrics where all lines are of one thing', () =>
    expect(
      named([line('0', labels), line('1', labels)], [spec('lag', oneConsumer), spec('backlog', oneConsumer)]).map(
        ({ name }) => name,
      ),
    ).toEqual(['Lag', 'Backlog']));
  it('are the things where there is one metric', () =>
    expect(
      named(
        [line('0', { cluster: 'prod', server: 'n1' }), line('0', { cluster: 'prod', server: 'n2' })],
        [spec('cpu', { clusters: ['c'] })],
      ).map(({ name }) => name),
    ).toEqual(['n1', 'n2']));
  it('are both where both differ', () =>
    expect(named([line('1', { server: 'n1' })], [spec('in_msgs'), spec('out_msgs')]).map(({ name }) => name)).toEqual([
      'n1: Messages out',
    ]));
  it('keep what a glob or several values leave open', () =>
    expect(
      named(
        [line('0', { stream: 'ORDERS' })],
        [spec('published', { filters: [{ field: 'stream', op: '=~', values: ['ORD*'] }] })],
      ).map(({ name }) => name),
    ).toEqual(['ORDERS']));
});
