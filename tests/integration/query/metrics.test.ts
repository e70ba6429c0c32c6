import type { ClickHouseClient } from '@clickhouse/client';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { makeOrganization, makePerson, makeScopedPerson } from '../setup/people';
import { askOne, type Answered } from './ask';
import { collection, head, inAccount, insertSamples } from './samples';

const hour = 3_600_000;
const cadence = 15_000;
const hours = 30;
/** A whole hour, well in the past: no bucket is still being filled. */
const start = Math.floor(Date.now() / hour) * hour - (hours + 2) * hour;
const end = start + hours * hour;

interface Sample {
  readonly cluster: 'prod' | 'test';
  readonly account: string;
  readonly own: boolean;
  readonly stream: string;
  readonly consumer: string;
  readonly ms: number;
  readonly lag: number | null;
  readonly delivered: number;
  readonly elapsed: number;
  readonly stalled: boolean | null;
}

let seed = 7;
const random = (below: number) => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return seed % below;
};

const series = [
  { cluster: 'prod', account: 'APP', own: true, stream: 'ORDERS', consumer: 'billing' },
  { cluster: 'prod', account: 'APP', own: true, stream: 'ORDERS', consumer: 'mail' },
  { cluster: 'prod', account: 'APP', own: true, stream: 'EVENTS_100%', consumer: "o'brien" },
  { cluster: 'test', account: 'APP', own: true, stream: 'ORDERS', consumer: 'billing' },
  { cluster: 'prod', account: 'OTHER', own: false, stream: 'SECRET', consumer: 'foreign' },
] as const;

function makeSamples(): Sample[] {
  const samples: Sample[] = [];
  for (const one of series) {
    for (let ms = start; ms < end; ms += cadence) {
      // A fifth of the collections of one cluster failed, and some samples are unknown: both leave holes, not zeros.
      if (one.cluster === 'test' && random(5) === 0) continue;
      const unknown = random(20) === 0;
      samples.push({
        ...one,
        ms: ms + random(3000),
        lag: unknown ? null : random(1000),
        delivered: random(500),
        elapsed: cadence + random(500),
        stalled: unknown ? null : random(10) === 0,
      });
    }
  }
  return samples;
}

let api: TestApi;
let clickhouse: ClickHouseClient;
const clusters = { prod: '', test: '' };
const samples = makeSamples();
const visible = samples.filter(({ own }) => own);

beforeAll(async () => {
  await makeTables();
  clickhouse = openClickHouse();
  api = await startTestApi();
  for (const name of ['prod', 'test'] as const)
    clusters[name] = await addCluster(api, ['nats://127.0.0.1:1'], { name });
  const row = (sample: Sample, org: string, cluster: string) => ({
    ...head({ org, cluster }, sample.ms),
    account: sample.account,
    domain: '',
    own: sample.own,
    stream: sample.stream,
    consumer: sample.consumer,
    state: sample.lag === null ? 'unknown' : 'ok',
    num_pending: sample.lag,
    stalled: sample.stalled,
    delivered: sample.delivered,
    elapsed_ms: sample.elapsed,
  });
  await insertSamples(
    clickhouse,
    'consumer_metrics',
    samples.map((s) => row(s, api.organizationId, clusters[s.cluster])),
  );
  // Another organization's rows, under the ids of this one's clusters.
  await insertSamples(
    clickhouse,
    'consumer_metrics',
    samples.slice(0, 2000).map((s) => row(s, randomUUID(), clusters[s.cluster])),
  );
  await insertSamples(
    clickhouse,
    'cluster_samples',
    Object.values(clusters).flatMap((cluster) =>
      Array.from({ length: hours * 12 }, (_, i) => collection({ org: api.organizationId, cluster }, end - i * 300_000)),
    ),
  );
});
afterAll(async () => {
  await clickhouse?.close();
  await api?.stop();
});

type Dimension = 'cluster' | 'stream' | 'consumer';
type Points = Map<string, Map<number, number>>;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const over = {
  sum: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
  max: (values: readonly number[]) => Math.max(...values),
  min: (values: readonly number[]) => Math.min(...values),
  avg: mean,
  count: (values: readonly number[]) => values.length,
};
type Aggregate = keyof typeof over;

const seriesKey = (s: Sample) => JSON.stringify([s.cluster, s.account, s.stream, s.consumer]);

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** The definition, done slowly: one value a series and bucket, then over the series of the group. */
function expected(
  of: readonly Sample[],
  stepMs: number,
  groupBy: readonly Dimension[],
  aggregate: Aggregate,
  value: (bucket: readonly Sample[]) => number | null,
): Points {
  const result: Points = new Map();
  for (const [group, members] of grouped(of, (s) => JSON.stringify(groupBy.map((d) => s[d])))) {
    const points = new Map<number, number>();
    for (const [bucket, inBucket] of grouped(members, (s) => String(Math.floor(s.ms / stepMs)))) {
      const values = [...grouped(inBucket, seriesKey).values()].map(value).filter((v) => v !== null);
      if (values.length > 0) points.set(Number(bucket) * stepMs, over[aggregate](values));
    }
    result.set(group, points);
  }
  return result;
}

const known = (bucket: readonly Sample[]) => bucket.flatMap(({ lag }) => (lag === null ? [] : [lag]));
const lagOf = (within: 'avg' | 'max' | 'min') => (bucket: readonly Sample[]) => {
  const values = known(bucket);
  return values.length === 0 ? null : over[within](values);
};
const rateOf = (bucket: readonly Sample[]) => {
  const elapsed = over.sum(bucket.map((s) => s.elapsed));
  return elapsed === 0 ? null : (over.sum(bucket.map((s) => s.delivered)) * 1000) / elapsed;
};

function answered(frames: readonly Answered[], groupBy: readonly Dimension[]): Points {
  return new Map(
    frames.map(({ fields }) => {
      const [time, value] = fields;
      return [
        JSON.stringify(groupBy.map((d) => value?.labels[d] ?? '')),
        new Map((time?.values ?? []).map((ms, i) => [Number(ms), Number(value?.values[i])])),
      ];
    }),
  );
}

function expectSame(found: Points, wanted: Points): void {
  expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const [group, points] of wanted) {
    const got = found.get(group) ?? new Map<number, number>();
    expect([...got.keys()]).toEqual([...points.keys()].sort((a, b) => a - b));
    for (const [ms, value] of points)
      expect(got.get(ms), `${group} at ${new Date(ms).toISOString()}`).toBeCloseTo(value, 6);
  }
}

const within: Record<Aggregate, 'avg' | 'max' | 'min'> = {
  sum: 'avg',
  avg: 'avg',
  count: 'avg',
  max: 'max',
  min: 'min',
};
const groupings: Dimension[][] = [[], ['cluster'], ['stream'], ['cluster', 'stream', 'consumer']];
const ranges = [
  ['raw samples', 120_000, start, start + hour, 'raw'],
  ['hourly sums', 2 * hour, start, end, 'hourly'],
] as const;

describe.each(ranges)('from %s', (_, stepMs, fromMs, toMs, table) => {
  const of = visible.filter(({ ms }) => ms >= fromMs && ms < toMs);
  const range = { fromMs, toMs, intervalMs: stepMs };

  describe.each(groupings.map((groupBy) => ({ groupBy })))('by $groupBy', ({ groupBy }) => {
    it.each(['sum', 'max', 'min', 'avg', 'count'] as const)('%s of a gauge', async (aggregate) => {
      const { frames } = await askOne(api, api.admin, range, {
        kind: 'metrics',
        metric: 'lag',
        groupBy,
        aggregate,
        clusters: ['prod', 'test'],
        filters: [{ field: 'account', op: '=', values: ['APP'] }],
      });
      expect(frames[0]?.meta['custom']).toMatchObject({ table, stepSeconds: stepMs / 1000 });
      expectSame(answered(frames, groupBy), expected(of, stepMs, groupBy, aggregate, lagOf(within[aggregate])));
    });

    it.each(['sum', 'max'] as const)('%s of a rate is made of each series’ own rate', async (aggregate) => {
      const { frames } = await askOne(api, api.admin, range, {
        kind: 'metrics',
        metric: 'delivered',
        groupBy,
        aggregate,
        filters: [{ field: 'account', op: '=', values: ['APP'] }],
      });
      expectSame(answered(frames, groupBy), expected(of, stepMs, groupBy, aggregate, rateOf));
    });
  });

  it('takes the newest sample of each bucket for last', async () => {
    const { frames } = await askOne(api, api.admin, range, {
      kind: 'metrics',
      metric: 'lag',
      groupBy: ['cluster', 'stream', 'consumer'],
      aggregate: 'last',
      filters: [{ field: 'account', op: '=', values: ['APP'] }],
    });
    const newest = (bucket: readonly Sample[]) => known([...bucket].sort((a, b) => a.ms - b.ms)).at(-1) ?? null;
    expectSame(
      answered(frames, ['cluster', 'stream', 'consumer']),
      expected(of, stepMs, ['cluster', 'stream', 'consumer'], 'max', newest),
    );
  });

  it('counts the series in which a state held at some moment', async () => {
    const { frames } = await askOne(api, api.admin, range, {
      kind: 'metrics',
      metric: 'stalled',
      aggregate: 'sum',
      filters: [{ field: 'account', op: '=', values: ['APP'] }],
    });
    const held = (bucket: readonly Sample[]) => {
      const states = bucket.flatMap(({ stalled }) => (stalled === null ? [] : [Number(stalled)]));
      return states.length === 0 ? null : Math.max(...states);
    };
    expectSame(answered(frames, []), expected(of, stepMs, [], 'sum', held));
  });
});

const wide = { fromMs: start, toMs: start + hour, intervalMs: 120_000 };
const lag = { kind: 'metrics', metric: 'lag', groupBy: ['cluster', 'stream', 'consumer'] } as const;
const names = (frames: readonly Answered[]) => frames.map(({ name }) => name).sort();

describe('which series', () => {
  it.each([
    ['equal', { field: 'stream', op: '=', values: ['EVENTS_100%'] }, ["prod > EVENTS_100% > o'brien"]],
    ['not equal', { field: 'stream', op: '!=', values: ['ORDERS', 'SECRET'] }, ["prod > EVENTS_100% > o'brien"]],
    [
      'like',
      { field: 'consumer', op: '=~', values: ['b*', 'ma?l'] },
      ['prod > ORDERS > billing', 'prod > ORDERS > mail', 'test > ORDERS > billing'],
    ],
    ['a glob without a star is the name', { field: 'consumer', op: '=~', values: ['bill'] }, []],
    [
      '% and _ are letters in a glob',
      { field: 'stream', op: '=~', values: ['EVENTS_100%*'] },
      ["prod > EVENTS_100% > o'brien"],
    ],
    ['% is no wildcard', { field: 'stream', op: '=~', values: ['%'] }, []],
    ['unlike', { field: 'consumer', op: '!~', values: ['*il*', 'foreign'] }, ["prod > EVENTS_100% > o'brien"]],
    ['a name with a quote', { field: 'consumer', op: '=', values: ["o'brien"] }, ["prod > EVENTS_100% > o'brien"]],
    ['by the name of a cluster', { field: 'cluster', op: '=~', values: ['te*'] }, ['test > ORDERS > billing']],
    ['without a cluster', { field: 'cluster', op: '!=', values: ['prod'] }, ['test > ORDERS > billing']],
  ] as const)('%s', async (_, filter, wanted) => {
    const { frames, error } = await askOne(api, api.admin, wide, { ...lag, filters: [filter] });
    expect(error).toBeUndefined();
    expect(names(frames)).toEqual([...wanted].sort());
  });

  it('holds them to the clusters that are named, by id or name', async () => {
    const { frames } = await askOne(api, api.admin, wide, { ...lag, clusters: [clusters.test] });
    expect(names(frames)).toEqual(['test > ORDERS > billing']);
    expect(names((await askOne(api, api.admin, wide, { ...lag, clusters: ['test'] })).frames)).toEqual(names(frames));
  });

  it('shows other accounts to whoever may read them, and to nobody else', async () => {
    const viewer = await makePerson(api, 'viewer');
    expect(names((await askOne(api, api.admin, wide, lag)).frames)).toContain('prod > SECRET > foreign');
    expect(names((await askOne(api, viewer.token, wide, lag)).frames)).not.toContain('prod > SECRET > foreign');
  });

  it('shows what the pattern of a role covers, in sums too', async () => {
    const scoped = await makeScopedPerson(api, 'viewer', {
      kind: 'cluster',
      clusterId: clusters.prod,
      namePattern: 'ORD*',
    });
    expect(names((await askOne(api, scoped.token, wide, lag)).frames)).toEqual([
      'prod > ORDERS > billing',
      'prod > ORDERS > mail',
    ]);
    const { frames } = await askOne(api, scoped.token, wide, { kind: 'metrics', metric: 'lag' });
    const mine = visible.filter(
      (s) => s.cluster === 'prod' && s.stream === 'ORDERS' && s.ms >= wide.fromMs && s.ms < wide.toMs,
    );
    expectSame(answered(frames, []), expected(mine, 120_000, [], 'sum', lagOf('avg')));
  });

  it('shows another organization nothing, and no cluster by its id', async () => {
    const other = await makeOrganization(api);
    expect((await askOne(api, other.admin.token, wide, lag)).frames).toEqual([]);
    const answer = await askOne(api, other.admin.token, wide, { ...lag, clusters: [clusters.prod] });
    expect(answer).toMatchObject({ status: 404, source: 'downstream', frames: [] });
    expect(answer.error).toMatch(/does not exist, or is not yours/);
  });

  it('keeps the top ones by their last value', async () => {
    const own = [{ field: 'account', op: '=', values: ['APP'] }] as const;
    const all = await askOne(api, api.admin, wide, { ...lag, filters: own });
    const last = (f: Answered) => Number(f.fields[1]?.values.at(-1));
    const best = [...all.frames].sort((a, b) => last(b) - last(a)).slice(0, 2);
    const { frames } = await askOne(api, api.admin, wide, { ...lag, filters: own, top: 2 });
    expect(frames.map(({ name }) => name)).toEqual(best.map(({ name }) => name));
    // More than have a value lately: the whole range ranks them.
    const many = await askOne(api, api.admin, wide, { ...lag, filters: own, top: 50 });
    expect(names(many.frames)).toEqual(names(all.frames));
  });
});

describe('the form of an answer', () => {
  it('labels, names and explains', async () => {
    const { frames } = await askOne(api, api.admin, wide, { ...lag, clusters: ['test'] });
    expect(frames[0]?.fields[1]).toMatchObject({
      name: 'lag',
      type: 'number',
      labels: { cluster: 'test', stream: 'ORDERS', consumer: 'billing' },
      config: {
        unit: 'short',
        displayNameFromDS: 'test > ORDERS > billing',
        description: expect.stringMatching(/num_pending/),
      },
    });
    expect(frames[0]?.fields[0]?.config).toEqual({ interval: 120_000 });
  });

  it('has no frame where there is no data', async () => {
    const before = { fromMs: start - 3 * hour, toMs: start - 2 * hour };
    expect(await askOne(api, api.admin, before, lag)).toMatchObject({ status: 200, frames: [] });
    expect((await askOne(api, api.admin, before, { ...lag, format: 'table' })).frames).toEqual([]);
  });

  it.each([
    ['null', null],
    ['zero', 0],
    ['previous', 'previous'],
  ] as const)('fills holes with %s', async (fill, filler) => {
    const fine = { fromMs: start, toMs: start + 1_800_000, intervalMs: 15_000 };
    const query = { ...lag, clusters: ['test'] };
    const plain = (await askOne(api, api.admin, fine, query)).frames[0];
    const full = (await askOne(api, api.admin, fine, { ...query, fill })).frames[0];
    const values = new Map((plain?.fields[0]?.values ?? []).map((ms, i) => [ms, plain?.fields[1]?.values[i]]));
    expect(full?.fields[0]?.values).toHaveLength(120);
    expect(values.size).toBeLessThan(120);
    let previous: unknown = null;
    const wanted = (full?.fields[0]?.values ?? []).map((ms) => {
      const value = values.get(ms);
      if (value !== undefined) previous = value;
      return value ?? (filler === 'previous' ? previous : filler);
    });
    expect(full?.fields[1]?.values).toEqual(wanted);
  });

  it('is one row a group with its newest known value as a table', async () => {
    const { frames } = await askOne(
      api,
      api.admin,
      { fromMs: end - 900_000, toMs: end },
      { ...lag, format: 'table', filters: [{ field: 'account', op: '=', values: ['APP'] }] },
    );
    expect(frames).toHaveLength(1);
    const [cluster, stream, consumer, value] = frames[0]?.fields ?? [];
    const found = (cluster?.values ?? []).map((_, i) =>
      [cluster, stream, consumer, value].map((field) => field?.values[i]),
    );
    const wanted = [...grouped(visible, seriesKey).values()].map((all) => {
      const newest = all.filter((s) => s.lag !== null && s.ms < end).at(-1);
      return [newest?.cluster, newest?.stream, newest?.consumer, newest?.lag];
    });
    expect(found).toEqual(wanted.sort((a, b) => Number(b[3]) - Number(a[3])));
  });

  it('keeps a series that is not sampled any more out of a table, while its cluster is', async () => {
    const org = api.organizationId;
    const cluster = await addCluster(api, ['nats://127.0.0.1:1'], { name: 'deleted' });
    const at = Date.now() - 3_600_000;
    const row = (consumer: string, ms: number) => ({
      ...head({ org, cluster }, ms),
      account: 'APP',
      domain: '',
      own: true,
      stream: 'S',
      consumer,
      num_pending: 5,
    });
    await insertSamples(clickhouse, 'consumer_metrics', [
      row('gone', at - 400_000),
      row('here', at - 400_000),
      row('here', at),
    ]);
    const asked = () =>
      askOne(
        api,
        api.admin,
        { fromMs: at - 900_000, toMs: at + 30_000 },
        { ...lag, clusters: ['deleted'], format: 'table' },
      );
    // Nothing was collected since: the cluster cannot be reached, and what is known is held.
    await insertSamples(clickhouse, 'cluster_samples', [
      collection({ org, cluster }, at - 400_000),
      { ...collection({ org, cluster }, at), reachable: false, age: 400 },
    ]);
    const held = (await asked()).frames[0];
    expect(held?.fields[2]?.values.toSorted()).toEqual(['gone', 'here']);
    await insertSamples(clickhouse, 'cluster_samples', [collection({ org, cluster }, at)]);
    expect((await asked()).frames[0]?.fields[2]?.values).toEqual(['here']);
  });

  it('over a long range has what was known hours ago, and nothing that went since', async () => {
    const org = api.organizationId;
    const cluster = await addCluster(api, ['nats://127.0.0.1:1'], { name: 'long' });
    const at = end - (end % hour) + 1_234_000;
    const row = (consumer: string, ms: number, num_pending: number | null) => ({
      ...head({ org, cluster }, ms),
      ...inAccount,
      stream: 'S',
      consumer,
      state: num_pending === null ? 'unknown' : 'ok',
      num_pending,
    });
    const every = Array.from({ length: 8 * 12 }, (_, i) => at - i * 300_000);
    await insertSamples(
      clickhouse,
      'consumer_metrics',
      every.flatMap((ms) => {
        const ago = at - ms;
        return [
          row('here', ms, ago / 1000),
          // Its leader has not answered for the last four hours.
          row('unknown', ms, ago > 4 * hour ? ago / 300_000 : null),
          row('never', ms, null),
          ...(ago > 4 * hour ? [row('gone', ms, 7)] : []),
        ];
      }),
    );
    await insertSamples(
      clickhouse,
      'cluster_samples',
      every.map((ms) => collection({ org, cluster }, ms, { interval: 300 })),
    );
    const rowsOver = async (ms: number) => {
      const range = { fromMs: at - ms, toMs: at + 1000 };
      const [frame] = (await askOne(api, api.admin, range, { ...lag, clusters: ['long'], format: 'table' })).frames;
      const named = new Map(frame?.fields.map((field) => [field.name, field.values]));
      return (named.get('consumer') ?? []).map((name, i) => [name, frame?.fields.at(-1)?.values[i]]);
    };
    const newest = (4 * hour + 300_000) / 300_000;
    for (const ms of [7.5 * hour, 6 * hour, 5 * hour + 1_000_000])
      expect(await rowsOver(ms), `${ms / hour} h`).toEqual([
        ['unknown', newest],
        ['here', 0],
      ]);
    expect(await rowsOver(2 * hour)).toEqual([['here', 0]]);
  });
});

describe('a query that cannot be answered', () => {
  it.each([
    ['an unknown metric', { metric: 'nonsense' }, 400, /no such metric/],
    [
      'a filter that does not fit',
      { filters: [{ field: 'server', op: '=', values: ['n1'] }] },
      400,
      /Consumers have no server/,
    ],
    ['a grouping that does not fit', { groupBy: ['server'] }, 400, /group by/],
    ['a grouping given twice', { groupBy: ['stream', 'stream'] }, 400, /twice/],
    ['an unknown cluster', { clusters: ['nowhere'] }, 404, /nowhere does not exist/],
    ['an unknown field', { secret: 1 }, 400, /secret/],
    ['a wrong type', { top: 'many' }, 400, /top/],
    ['a forecast of something else', { metric: 'lag', forecast: 'to_limit' }, 400, /streams/],
  ] as [string, Record<string, unknown>, number, RegExp][])('%s', async (_, change, status, error) => {
    const answer = await askOne(api, api.admin, wide, { ...lag, ...change });
    expect(answer).toMatchObject({ status, source: 'downstream', frames: [] });
    expect(answer.error).toMatch(error);
  });
});
