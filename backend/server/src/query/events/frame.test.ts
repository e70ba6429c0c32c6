import { describe, expect, it } from 'vitest';
import { eventFrame, placeText, type EventRow } from './frame';
import { bucketOf } from './read';

const row: EventRow = {
  ms: 5000,
  firstMs: 5000,
  times: 1,
  id: 'e1',
  type: 'max_deliver',
  severity: 'warning',
  title: 'Consumer mailer of ORDERS gave up message 7 after 5 deliveries',
  text: 'ORDERS > mailer',
  cluster: 'prod, east',
  stream: 'ORDERS',
  consumer: 'mailer',
  server: '',
};
const column = (rows: readonly EventRow[], name: string) =>
  eventFrame(rows).fields.find((field) => field.name === name)?.values;

it('what came once is a line, and what came again and again a region from its first to its last', () => {
  const rows = [row, { ...row, firstMs: 1000, times: 12 }];
  expect(column(rows, 'time')).toEqual([5000, 1000]);
  expect(column(rows, 'timeEnd')).toEqual([5000, 5000]);
  expect(column(rows, 'times')).toEqual([1, 12]);
});

it('tags are cut at commas, so none is inside one', () => {
  expect(column([row], 'tags')).toEqual(['max_deliver,warning,prod  east,ORDERS']);
});

describe('the text', () => {
  it.each([
    [['ORDERS', 'mailer', ''], 1, 'ORDERS > mailer'],
    [['ORDERS', 'mailer', ''], 1200, 'ORDERS > mailer: 1,200 times, this is the last'],
    [['', '', ''], 3, '3 times, this is the last'],
    [['', '', ''], 1, ''],
  ])('of %j, %d times', (place, times, text) => expect(placeText(place, times)).toBe(text));
});

describe('a bucket', () => {
  it.each([
    ['five minutes', 300_000, 5000],
    ['an hour', 3_600_000, 60_000],
    ['a day', 86_400_000, 1_800_000],
    ['a second', 1000, 1000],
  ])('of %s', (_, range, bucket) => expect(bucketOf({ fromMs: 1e12, toMs: 1e12 + range })).toBe(bucket));
});
