import { describe, expect, it } from 'vitest';
import { fieldType, toLogs, toSeries, toTable } from './frames';

const answer = (columns: [string, string][], rows: unknown[][]) => ({
  columns: columns.map(([name, type]) => ({ name, type })),
  rows,
  rowsRead: 0,
  elapsedMs: 0,
});

it.each([
  ['UInt64', 'number'],
  ['Nullable(Float64)', 'number'],
  ['Decimal(10, 2)', 'number'],
  ['LowCardinality(Nullable(String))', 'string'],
  ["DateTime64(3, 'UTC')", 'time'],
  ['Date', 'time'],
  ['Nullable(DateTime)', 'time'],
  ['Bool', 'boolean'],
  ['UUID', 'string'],
  ['Array(UInt8)', 'string'],
  ['IntervalDay', 'string'],
])('a column of type %s is a field of type %s', (type, field) => expect(fieldType(type)).toBe(field));

it('a table keeps its columns, nulls and all', () => {
  const [frame] = toTable(
    answer(
      [
        ['t', 'DateTime64(3)'],
        ['n', 'Nullable(UInt64)'],
        ['b', 'Bool'],
        ['a', 'Array(UInt8)'],
        ['big', 'UInt128'],
      ],
      [
        ['2026-01-01T00:00:00.500Z', null, true, [1, 2], '340282366920938463463'],
        [null, 3, false, null, '1'],
      ],
    ),
    {},
  );
  expect(frame?.fields.map(({ values }) => values)).toEqual([
    [1_767_225_600_500, null],
    [null, 3],
    [true, false],
    ['[1,2]', null],
    [Number('340282366920938463463'), 1],
  ]);
});

it('series are one frame a figure and set of texts, in the order of time', () => {
  const frames = toSeries(
    answer(
      [
        ['stream', 'String'],
        ['time', 'DateTime'],
        ['lag', 'UInt64'],
        ['rate', 'Float64'],
      ],
      [
        ['B', '2026-01-01T00:01:00Z', 2, 0.2],
        ['A', '2026-01-01T00:01:00Z', 4, 0.4],
        ['B', '2026-01-01T00:00:00Z', 1, 0.1],
      ],
    ),
    {},
  );
  expect(frames.map(({ name, fields }) => [name, fields[1]?.labels, fields[1]?.values])).toEqual([
    ['lag', { stream: 'B' }, [1, 2]],
    ['rate', { stream: 'B' }, [0.1, 0.2]],
    ['lag', { stream: 'A' }, [4]],
    ['rate', { stream: 'A' }, [0.4]],
  ]);
});

describe('what is missing is said', () => {
  it.each([
    ['series without a time', () => toSeries(answer([['n', 'UInt8']], [[1]]), {}), /a time/],
    [
      'series without a number',
      () => toSeries(answer([['t', 'DateTime']], [['2026-01-01T00:00:00Z']]), {}),
      /a number/,
    ],
    ['logs without a text', () => toLogs(answer([['t', 'DateTime']], [['2026-01-01T00:00:00Z']]), {}), /a text/],
  ])('%s', (_, make, message) => expect(make).toThrow(message));
});
