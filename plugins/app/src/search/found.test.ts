// @vitest-environment happy-dom
import { querySpec } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { away, table } from '../testing/figures';
import { mostOfKind, readFound, refusalsOf, searchSpecs } from './found';

const clusters = [
  { id: 'c1', name: 'prod' },
  { id: 'c2', name: 'orders lab' },
];
const answered = (result: object) => ({ status: 200, frames: [], ...result });
const inventory = (names: string[], ...rows: string[][]) =>
  answered({
    frames: [
      {
        schema: { fields: names.map((name) => ({ name, type: 'string' })) },
        data: { values: names.map((_, i) => rows.map((row) => row[i])) },
      },
    ],
  });

describe('what is asked about a text', () => {
  it('is asked as the console takes it, in the cases that names are written in', () => {
    const specs = searchSpecs('Ord', { streams: true, consumers: true, buckets: true, stores: true });
    for (const spec of Object.values(specs)) expect(querySpec.safeParse(spec).error).toBeUndefined();
    expect(specs.streams?.filters[0]?.values).toEqual(['*Ord*', '*ORD*', '*ord*']);
  });
  it('leaves out what the person may not see', () =>
    expect(Object.keys(searchSpecs('x', { streams: true, consumers: false, buckets: false, stores: false }))).toEqual([
      'streams',
    ]));
});

describe('what is found', () => {
  const response = {
    results: {
      streams: inventory(
        ['cluster', 'stream', 'kind'],
        ['prod', 'RE_ORDERS', 'stream'],
        ['prod', 'ORDERS', 'stream'],
        ['prod', 'KV_orders', 'kv'],
        ['prod', 'OBJ_orders-files', 'object'],
        ['gone', 'ORDERS_2', 'stream'],
      ),
      consumers: answered(table(['cluster', 'stream', 'consumer'], ['prod', 'ORDERS', 'orders-mail', 4])),
      buckets: inventory(['cluster', 'bucket'], ['prod', 'orders'], ['prod', 'sessions']),
      stores: inventory(['cluster', 'store'], ['prod', 'orders-files'], ['prod', 'backups']),
    },
  };
  it('is of every kind, with its page, the nearest name first', () =>
    expect(readFound('orders', clusters, response).map(({ kind, name, within }) => [kind, name, within])).toEqual([
      ['cluster', 'orders lab', ''],
      ['stream', 'ORDERS', 'prod'],
      ['stream', 'RE_ORDERS', 'prod'],
      ['consumer', 'orders-mail', 'prod > ORDERS'],
      ['bucket', 'orders', 'prod'],
      ['store', 'orders-files', 'prod'],
    ]));
  it('leads to the page of each', () =>
    expect(
      readFound('orders', clusters, response).map(({ to }) => to.split('/a/natsconsole-jetstream-app/')[1]),
    ).toEqual([
      'clusters/c2',
      'clusters/c1/streams/ORDERS',
      'clusters/c1/streams/RE_ORDERS',
      'clusters/c1/streams/ORDERS/consumers/orders-mail',
      'clusters/c1/kv/orders',
      'clusters/c1/objects/orders-files',
    ]));
  it('is no longer than what is read', () => {
    const many = Array.from({ length: mostOfKind + 5 }, (_, i) => ['prod', `ORDERS_${i}`, 'stream']);
    const found = readFound('orders', [{ id: 'c1', name: 'prod' }], {
      results: { streams: inventory(['cluster', 'stream', 'kind'], ...many) },
    });
    expect(found).toHaveLength(mostOfKind);
  });
  it('tells once why part of it could not be looked for', () =>
    expect(refusalsOf({ results: { streams: answered(away), consumers: answered(away) } })).toEqual([
      'The console cannot reach its ClickHouse right now.',
    ]));
});
