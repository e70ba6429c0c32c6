import { describe, expect, it } from 'vitest';
import { folded, readHappened, type Happened } from './events';
import { readTable } from './tables';

const answer = (fields: { name: string; type: string }[], values: unknown[][], newest?: number) => ({
  results: {
    A: { status: 200, frames: [{ schema: { fields, meta: { custom: { newest } } }, data: { values } }] },
    none: { status: 200, frames: [] },
    no: { status: 503, error: 'ClickHouse is away.', frames: [] },
  },
});

describe('a table', () => {
  const response = answer(
    [
      { name: 'cluster', type: 'string' },
      { name: 'stream', type: 'string' },
      { name: 'published', type: 'number' },
    ],
    [
      ['prod', 'prod'],
      ['ORDERS', 'MAIL'],
      [8.5, 0],
    ],
    1000,
  );
  it('is looked up by its groups', () => {
    const table = readTable('A', response);
    expect(table.of('prod', 'ORDERS')).toBe(8.5);
    expect(table.of('prod', 'MAIL')).toBe(0);
    expect(table.newestMs).toBe(1000);
    expect(table.refusal).toBeNull();
  });
  it('says nothing of what is not in it: unknown is not zero', () => {
    expect(readTable('A', response).of('prod', 'OTHER')).toBeNull();
    expect(readTable('none', response).of('prod', 'ORDERS')).toBeNull();
    expect(readTable('none', response).newestMs).toBeNull();
    expect(readTable('never asked', response).rows).toEqual([]);
  });
  it('tells why there is none', () =>
    expect(readTable('no', response).refusal).toEqual({ status: 503, message: 'ClickHouse is away.' }));
  it('refuses what is no table', () =>
    expect(() => readTable('A', { results: { A: { status: 200, frames: [{ schema: {}, data: {} }] } } })).toThrow());
});

describe('events', () => {
  const names = ['time', 'type', 'severity', 'title', 'cluster', 'stream', 'consumer', 'server'];
  const rows: [number, ...string[]][] = [
    [3000, 'max_deliver', 'warning', 'gave up 7', 'prod', 'ORDERS', 'billing', ''],
    [2000, 'audit.cluster.update', 'info', 'ann: cluster.update prod', 'prod', '', '', ''],
    [1000, 'max_deliver', 'warning', 'gave up 6', 'prod', 'ORDERS', 'billing', ''],
  ];
  const happened = readHappened(
    'A',
    answer(
      names.map((name) => ({ name, type: name === 'time' ? 'time' : 'string' })),
      names.map((_, column) => rows.map((row) => row[column])),
    ),
  );
  it('are read as they come', () =>
    expect(happened[0]).toEqual({
      ms: 3000,
      firstMs: 3000,
      times: 1,
      type: 'max_deliver',
      severity: 'warning',
      title: 'gave up 7',
      cluster: 'prod',
      stream: 'ORDERS',
      consumer: 'billing',
      server: '',
    }));
  it('of one kind about one thing are one, with the newest title', () =>
    expect(folded(happened).map(({ title, times, firstMs }) => [title, times, firstMs])).toEqual([
      ['gave up 7', 2, 1000],
      ['ann: cluster.update prod', 1, 2000],
    ]));
  it('that the server counted together count as often as it says', () => {
    const counted = readHappened(
      'A',
      answer(
        ['time', 'timeEnd', 'type', 'times'].map((name) => ({ name, type: name === 'type' ? 'string' : 'number' })),
        [
          [1000, 5000],
          [4000, 6000],
          ['max_deliver', 'max_deliver'],
          [12, 3],
        ],
      ),
    );
    expect(counted[0]).toMatchObject({ ms: 4000, firstMs: 1000, times: 12 });
    expect(folded(counted)).toEqual([expect.objectContaining({ ms: 6000, firstMs: 1000, times: 15 })]);
  });
  it('of people are told one by one unless they are the same', () => {
    const act = (title: string): Happened => ({ ...happened[1]!, title });
    expect(folded([act('ann: x'), act('bob: x'), act('ann: x')]).map(({ times }) => times)).toEqual([2, 1]);
  });
});
