// @vitest-environment happy-dom
import { CoreApp, dateTime, LoadingState, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { config } from '@grafana/runtime';
import { lastValueFrom, toArray } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { annotations } from './annotations';
import { stage } from './test/grafana';
import type { JetStreamQuery } from './types';

const from = dateTime('2026-01-01T00:00:00Z');
const to = dateTime('2026-01-01T01:00:00Z');
const request = (targets: JetStreamQuery[], more: Partial<DataQueryRequest<JetStreamQuery>> = {}) =>
  ({
    requestId: 'R1',
    interval: '15s',
    intervalMs: 15_000,
    maxDataPoints: 500,
    range: { from, to, raw: { from: 'now-1h', to: 'now' } },
    rangeRaw: { from: 'now-1h', to: 'now' },
    scopedVars: {},
    timezone: 'utc',
    app: CoreApp.Dashboard,
    startTime: 0,
    targets,
    ...more,
  }) satisfies DataQueryRequest<JetStreamQuery>;

const lag = (refId: string, more: Partial<JetStreamQuery> = {}): JetStreamQuery => ({
  refId,
  v: 1,
  spec: { kind: 'metrics', metric: 'lag', filters: [{ field: 'stream', op: '=', values: ['$stream'] }] },
  ...more,
});
const frame = {
  schema: {
    refId: 'A',
    fields: [
      { name: 'time', type: 'time' },
      { name: 'value', type: 'number' },
    ],
  },
  data: {
    values: [
      [1, 2],
      [3, 4],
    ],
  },
};
const query = () => ({ results: { A: { status: 200, frames: [frame] } } });
const ticket = () => ({ path: 'AAAAAAAAAAAAAAAAAAAAAA', expiresAt: '2026-01-01T02:00:00Z' });
/** As a plugin of tomorrow stores it. */
const newer = JSON.parse('{"refId":"A","v":9,"spec":{}}') as JetStreamQuery;
const all = (answers: ReturnType<ReturnType<typeof stage>['datasource']['query']>): Promise<DataQueryResponse[]> =>
  lastValueFrom(answers.pipe(toArray()));

afterEach(() => {
  config.publicDashboardAccessToken = undefined;
});

describe('a query of a panel', () => {
  it('is sent with its variables filled in and ad hoc filters laid on', async () => {
    const { datasource, requests } = stage({
      variables: { stream: ['ORDERS', 'PAYMENTS'] },
      answers: { '/api/ds/query': query },
    });
    const filters = [{ key: 'cluster', operator: '=', value: 'prod' }];
    const [answer] = await all(datasource.query(request([lag('A')], { filters })));
    expect(answer?.data).toHaveLength(1);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.data).toMatchObject({
      queries: [
        {
          refId: 'A',
          v: 1,
          intervalMs: 15_000,
          maxDataPoints: 500,
          spec: {
            kind: 'metrics',
            metric: 'lag',
            filters: [
              { field: 'stream', op: '=', values: ['ORDERS', 'PAYMENTS'] },
              { field: 'cluster', op: '=', values: ['prod'] },
            ],
          },
        },
      ],
      from: String(from.valueOf()),
      to: String(to.valueOf()),
    });
  });

  it('that cannot be asked fails by itself; the others are answered', async () => {
    const { datasource, requests } = stage({ variables: { cluster: ['a', 'b'] }, answers: { '/api/ds/query': query } });
    const bad: JetStreamQuery = { refId: 'B', v: 1, spec: { kind: 'messages', cluster: '$cluster', stream: 'S' } };
    const [answer] = await all(datasource.query(request([lag('A'), bad])));
    expect(answer?.data).toHaveLength(1);
    expect(answer?.state).toBe(LoadingState.Error);
    expect(answer?.errors).toEqual([{ refId: 'B', message: expect.stringContaining('Cluster takes one value') }]);
    expect(requests[0]?.data).toMatchObject({ queries: [{ refId: 'A' }] });
  });

  it('alone that cannot be asked is an error without a request', async () => {
    const { datasource, requests } = stage();
    const [answer] = await all(datasource.query(request([newer])));
    expect(answer?.errors?.[0]?.message).toMatch('newer version');
    expect(requests).toEqual([]);
  });
});

describe('a live query', () => {
  it('is watched on a channel that is this person’s ticket', async () => {
    const { datasource, requests, streams } = stage({
      variables: { stream: 'ORDERS' },
      answers: { '/ticket': ticket },
    });
    const [answer] = await all(datasource.query(request([lag('A', { live: true })])));
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      data: { query: { kind: 'metrics', filters: [{ values: ['ORDERS'] }] } },
    });
    expect(streams).toEqual([
      {
        key: 'live-A',
        addr: { scope: 'ds', namespace: 'jetstream-console', stream: 'jetstream-console', path: ticket().path },
        buffer: { action: 'append', maxLength: 500, maxDelta: 3_600_000 },
      },
    ]);
    expect(answer?.state).toBe(LoadingState.Streaming);
  });

  it('comes of Explore’s Live button for what can grow; the rest is asked', async () => {
    const { datasource, requests, streams } = stage({ answers: { '/ticket': ticket, '/api/ds/query': query } });
    const tail: JetStreamQuery = {
      refId: 'T',
      v: 1,
      spec: { kind: 'messages', cluster: 'prod', stream: 'S', limit: 50 },
    };
    const table: JetStreamQuery = { refId: 'A', v: 1, spec: { kind: 'inventory', of: 'streams' } };
    await all(datasource.query(request([tail, table], { liveStreaming: true, rangeRaw: undefined })));
    expect(streams).toHaveLength(1);
    expect(streams[0]?.buffer).toEqual({ action: 'append', maxLength: 50 });
    expect(requests.map(({ url }) => url.split('?')[0])).toEqual([expect.stringMatching(/ticket$/), '/api/ds/query']);
  });

  it('that gets no ticket says the console’s reason, beside the other queries', async () => {
    const { datasource } = stage({
      answers: {
        '/ticket': () => {
          throw { status: 403, data: { detail: 'You may not read messages of ORDERS.' } };
        },
        '/api/ds/query': query,
      },
    });
    const answers = await all(datasource.query(request([lag('L', { live: true }), lag('A')])));
    expect(answers.find(({ key }) => key === 'live-L')?.errors).toEqual([
      { refId: 'L', message: 'You may not read messages of ORDERS.' },
    ]);
    expect(answers.find(({ key }) => key !== 'live-L')?.data).toHaveLength(1);
  });

  it('of a public dashboard is asked the ordinary way: there is no person', async () => {
    const { datasource, streams } = stage({ answers: { '/api/public/dashboards': query } });
    config.publicDashboardAccessToken = 'token';
    await all(datasource.query(request([lag('A', { live: true })], { panelId: 1 })));
    expect(streams).toEqual([]);
  });
});

describe('what Grafana asks of a query', () => {
  const there = () => stage({ variables: { stream: 'S' } }).datasource;

  it('hidden and incomplete ones are not run, unreadable ones are, to say why', () => {
    const datasource = there();
    expect(datasource.filterQuery(lag('A'))).toBe(true);
    expect(datasource.filterQuery(lag('A', { hide: true }))).toBe(false);
    expect(datasource.filterQuery(lag('A', { spec: { kind: 'sql', sql: '' } }))).toBe(false);
    expect(datasource.filterQuery(newer)).toBe(true);
  });

  it('its words, or why it has none', () => {
    const datasource = there();
    expect(datasource.getQueryDisplayText(lag('A'))).toBe('sum of Lag (consumers) where stream = $stream');
    expect(datasource.getQueryDisplayText(newer)).toMatch('newer version');
  });

  it('whether it holds variables, which a rule does not fill in', () => {
    const datasource = there();
    expect(datasource.targetContainsTemplate(lag('A'))).toBe(true);
    expect(datasource.targetContainsTemplate(lag('A', { spec: { kind: 'metrics', metric: 'lag' } }))).toBe(false);
  });

  it('to filter for a value, and out of it', () => {
    const datasource = there();
    const add = (type: string, key: string, value: string, spec: JetStreamQuery['spec']) =>
      datasource.modifyQuery(lag('A', { spec }), { type, options: { key, value } }).spec;
    const metrics: JetStreamQuery['spec'] = { kind: 'metrics', metric: 'lag' };
    const filtered = add('ADD_FILTER', 'stream', 'ORDERS', metrics);
    expect(filtered).toMatchObject({ filters: [{ field: 'stream', op: '=', values: ['ORDERS'] }] });
    expect(add('ADD_FILTER_OUT', 'stream', 'ORDERS', filtered)).toMatchObject({
      filters: [{ field: 'stream', op: '!=', values: ['ORDERS'] }],
    });
    const messages: JetStreamQuery['spec'] = { kind: 'messages', cluster: 'c', stream: 's' };
    expect(add('ADD_FILTER', 'subject', 'a.b', messages)).toMatchObject({ subject: 'a.b' });
    expect(add('ADD_FILTER_OUT', 'subject', 'a.b', messages)).toEqual(messages);
    expect(add('ADD_FILTER', 'color', 'red', metrics)).toEqual(metrics);
    expect(add('ADD_FILTER', 'stream', 'S', { kind: 'sql', sql: 'x' })).toEqual({ kind: 'sql', sql: 'x' });
  });
});

describe('ad hoc filters of a dashboard', () => {
  it('offer what the queries can be filtered by', async () => {
    const { datasource } = stage();
    const cpu = lag('A', { spec: { kind: 'metrics', metric: 'cpu' } });
    expect(await datasource.getTagKeys({ queries: [cpu], filters: [] })).toEqual([
      { value: 'cluster', text: 'Cluster' },
      { value: 'server', text: 'Server' },
    ]);
    expect(await datasource.getTagKeys()).toHaveLength(6);
  });

  it('offer values narrowed by the filters beside them', async () => {
    const items = [{ value: 'billing', text: 'billing' }];
    const { datasource, requests } = stage({ answers: { '/values': () => ({ items, complete: true }) } });
    const filters = [
      { key: 'cluster', operator: '=', value: 'prod' },
      { key: 'stream', operator: '=', value: 'ORDERS' },
    ];
    expect(await datasource.getTagValues({ key: 'consumer', filters })).toEqual(items);
    expect(requests[0]?.params).toEqual({ of: 'consumer', cluster: 'prod', stream: 'ORDERS' });
    expect(await datasource.getTagValues({ key: 'color', filters: [] })).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('refuse an answer that is none', async () => {
    const { datasource } = stage({ answers: { '/values': () => ({ values: [] }) } });
    await expect(datasource.getTagValues({ key: 'stream', filters: [] })).rejects.toThrow();
  });
});

describe('Save & test', () => {
  it('shows what the gateway found out, in short and at length', async () => {
    const health = {
      status: 'OK',
      message: 'Connected to Main as ann (viewer).',
      details: { verboseMessage: 'Plugin 1' },
    };
    const { datasource } = stage({ answers: { '/api/datasources/uid/jetstream-console/health': () => health } });
    expect(await datasource.testDatasource()).toEqual({
      status: 'success',
      message: health.message,
      details: health.details,
    });
  });

  it('fails with the reason', async () => {
    const data = { status: 'ERROR', message: 'This datasource is not connected to the console.', details: {} };
    const failing = () => {
      throw { status: 400, data };
    };
    const { datasource } = stage({ answers: { '/api/datasources/uid/jetstream-console/health': failing } });
    await expect(datasource.testDatasource()).rejects.toMatchObject({ status: 'error', message: data.message });
  });
});

describe('annotations', () => {
  it('start with the servers’ advisories and skip a query that is not whole', () => {
    expect(annotations.getDefaultQuery?.()).toMatchObject({ spec: { kind: 'events', of: ['advisories'] } });
    const base = { name: 'n', enable: true, iconColor: 'red' };
    const target = lag('Anno', { spec: { kind: 'events', of: ['audit'] } });
    expect(annotations.prepareQuery?.({ ...base, target })?.spec).toEqual({ kind: 'events', of: ['audit'] });
    expect(
      annotations.prepareQuery?.({ ...base, target: lag('A', { spec: { kind: 'sql', sql: '' } }) }),
    ).toBeUndefined();
    expect(annotations.prepareQuery?.(base)).toBeUndefined();
  });
});
