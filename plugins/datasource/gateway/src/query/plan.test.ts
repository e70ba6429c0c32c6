import { queryRequest } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { dataQuery } from '../protocol/pluginv2';
import { planQueries } from './plan';

const hour = { fromEpochMS: 1_795_459_200_000, toEpochMS: 1_795_462_800_000 };
const lag = { v: 1, spec: { kind: 'metrics', metric: 'lag' } };
const query = (refId: string, model: unknown, timeRange: typeof hour | undefined = hour) =>
  dataQuery.make({
    refId,
    timeRange,
    intervalMS: 15_000,
    maxDataPoints: 900,
    json: Buffer.from(typeof model === 'string' ? model : JSON.stringify(model)),
  });

describe('a request for data', () => {
  it('becomes one request to the console that it takes', () => {
    const { requests, answered } = planQueries([
      query('A', { refId: 'A', datasource: { uid: 'x' }, ...lag }),
      query('B', { kind: 'inventory', of: 'streams' }),
    ]);
    expect(answered.size).toBe(0);
    expect(requests).toHaveLength(1);
    expect(queryRequest.parse(requests[0])).toEqual({
      from: '2026-11-23T18:40:00.000Z',
      to: '2026-11-23T19:40:00.000Z',
      queries: [
        { refId: 'A', intervalMs: 15_000, maxDataPoints: 900, query: lag.spec },
        { refId: 'B', intervalMs: 15_000, maxDataPoints: 900, query: { kind: 'inventory', of: 'streams' } },
      ],
    });
  });

  it('leaves hidden queries out, without an answer', () => {
    const { requests, answered } = planQueries([
      query('A', { ...lag, hide: true }),
      query('B', { ...lag, hide: false }),
    ]);
    expect(requests.flatMap((request) => request.queries.map(({ refId }) => refId))).toEqual(['B']);
    expect(answered.size).toBe(0);
  });

  it('asks for each time range by itself, as the queries of a rule may have different ones', () => {
    const { requests } = planQueries([
      query('A', lag),
      query('B', lag, { fromEpochMS: 0, toEpochMS: 1 }),
      query('C', lag),
    ]);
    expect(requests.map((request) => request.queries.map(({ refId }) => refId))).toEqual([['A', 'C'], ['B']]);
  });

  it('asks for no more at once than the console takes', () => {
    const many = Array.from({ length: 120 }, (_, i) => query(`Q${i}`, lag));
    const { requests } = planQueries(many);
    expect(requests.map((request) => request.queries.length)).toEqual([50, 50, 20]);
    for (const request of requests) expect(queryRequest.safeParse(request).success).toBe(true);
  });

  it.each([
    ['not JSON', '{"kind":', /not JSON/],
    ['no object', '[]', /is an object/],
    ['no kind', '{"v":1,"spec":{}}', /no kind/],
    ['an unknown kind', '{"v":1,"spec":{"kind":"shell"}}', /"shell".*metrics, inventory/],
    ['a kind that is no text', '{"v":1,"spec":{"kind":{"$ne":1}}}', /kinds are/],
    ['a newer form', '{"v":9,"spec":{}}', /update the plugin/],
  ])('answers a query with %s by itself, and asks for the others', (_what, json, message) => {
    const { requests, answered } = planQueries([query('A', lag), query('B', json)]);
    expect(requests[0]?.queries.map(({ refId }) => refId)).toEqual(['A']);
    expect(answered.get('B')).toMatchObject({ status: 400, errorSource: 'downstream', frames: [] });
    expect(answered.get('B')?.error).toMatch(message);
  });

  it('answers a query without a time, or with one that is none', () => {
    const { answered } = planQueries([
      dataQuery.make({ refId: 'A', json: Buffer.from(JSON.stringify(lag)) }),
      query('B', lag, { fromEpochMS: 9e15, toEpochMS: 9e15 }),
      query('C', lag, { fromEpochMS: 0, toEpochMS: 300_000_000_000_000 }),
    ]);
    expect([...answered.keys()]).toEqual(['A', 'B', 'C']);
  });

  it('lets the console choose where Grafana names no interval or points', () => {
    const { requests } = planQueries([
      dataQuery.make({ refId: 'A', timeRange: hour, json: Buffer.from(JSON.stringify(lag)), maxDataPoints: 5_000_000 }),
    ]);
    expect(requests[0]?.queries[0]).toEqual({ refId: 'A', maxDataPoints: 100_000, query: lag.spec });
    expect(queryRequest.safeParse(requests[0]).success).toBe(true);
  });
});
