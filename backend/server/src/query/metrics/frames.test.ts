import { metricOf } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { filled, labelsOf, nameOf, ordered, seriesFrame, tableFrame, unitOf } from './frames';

const lag = metricOf('lag');
if (!lag) throw new Error('there is a metric lag');

describe('points', () => {
  it('are put into the order of time, in whatever order threads gathered them', () => {
    expect(ordered({ buckets: [5, 1, 3], values: [50, 10, 30] })).toEqual({ buckets: [1, 3, 5], values: [10, 30, 50] });
    expect(ordered({ buckets: [9000, 0], values: [1, 2] })).toEqual({ buckets: [0, 9000], values: [2, 1] });
    const already = { buckets: [1, 2], values: [1, 2] };
    expect(ordered(already)).toEqual(already);
  });

  it.each([
    ['none', [1, 3], [10, 30]],
    ['null', [0, 1, 2, 3, 4], [null, 10, null, 30, null]],
    ['zero', [0, 1, 2, 3, 4], [0, 10, 0, 30, 0]],
    ['previous', [0, 1, 2, 3, 4], [null, 10, 10, 30, 30]],
  ] as const)('are filled with %s', (fill, buckets, values) =>
    expect(filled({ buckets: [1, 3], values: [10, 30] }, fill, 4)).toEqual({
      buckets: [...buckets],
      values: [...values],
    }),
  );
});

describe('units', () => {
  it.each([
    ['bool', 'last', 'bool'],
    ['bool', 'max', 'bool'],
    ['bool', 'sum', 'short'],
    ['bool', 'avg', 'percentunit'],
    ['bool', 'count', 'short'],
    ['bytes', 'sum', 'bytes'],
    ['bytes', 'count', 'short'],
  ] as const)('of %s, %s are %s', (unit, aggregate, told) => expect(unitOf({ unit }, aggregate)).toBe(told));
});

describe('names', () => {
  it('are made of the labels, without the empty ones', () => {
    const labels = labelsOf(['cluster', 'domain', 'stream'], ['prod', '', 'ORDERS']);
    expect(labels).toEqual({ cluster: 'prod', stream: 'ORDERS' });
    expect(nameOf(lag, labels)).toBe('prod > ORDERS');
    expect(nameOf(lag, {})).toBe('Lag');
  });
});

it('a series has time and value, with what both mean', () => {
  const buckets = { stepMs: 60_000, firstMs: 120_000, endMs: 999_999, count: 5 };
  const frame = seriesFrame(lag, { stream: 'S' }, { buckets: [0, 2], values: [1, null] }, buckets, {
    custom: { table: 'raw' },
  });
  expect(frame.meta).toEqual({
    type: 'timeseries-multi',
    typeVersion: [0, 1],
    preferredVisualisationType: 'graph',
    custom: { table: 'raw' },
  });
  expect(frame.fields.map(({ name, values, config }) => [name, values, config])).toEqual([
    ['time', [120_000, 240_000], { interval: 60_000 }],
    ['lag', [1, null], { displayNameFromDS: 'S', unit: 'short', description: lag.from }],
  ]);
});

it('a table has one row a group and one number, which alerting takes as one instance a row', () => {
  const frame = tableFrame(
    lag,
    ['cluster', 'stream'],
    [
      { group: ['prod', 'A'], value: 1 },
      { group: ['prod', 'B'], value: 2 },
    ],
    {},
  );
  expect(frame.meta?.type).toBe('numeric-long');
  expect(frame.fields.map(({ name, type, values }) => [name, type, values])).toEqual([
    ['cluster', 'string', ['prod', 'prod']],
    ['stream', 'string', ['A', 'B']],
    ['lag', 'number', [1, 2]],
  ]);
});
