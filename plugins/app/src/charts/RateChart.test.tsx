// @vitest-environment happy-dom
import './test/dom';
import type { DataSourceInstanceSettings } from '@grafana/data';
import {
  config,
  setBackendSrv,
  setDataSourceSrv,
  type BackendSrv,
  type BackendSrvRequest,
  type DataSourceSrv,
} from '@grafana/runtime';
import type { QueryResponse } from '@jetstream-console/contract';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { of, throwError } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { RateChart } from './RateChart';
import { events, lines, refused, start } from './test/answers';
import type { MetricSpec } from './useChart';

const spec: MetricSpec = { kind: 'metrics', metric: 'published', groupBy: ['stream'] };
const range = { from: String(start), to: String(start + 3_600_000) };
const requests: BackendSrvRequest[] = [];

function answer(results: QueryResponse['results'] | { status: number; data: unknown }) {
  const fetch = (request: BackendSrvRequest) => {
    requests.push(request);
    return 'data' in results ? throwError(() => results) : of({ data: { results }, status: 200, ok: true });
  };
  setBackendSrv({ fetch } as Partial<BackendSrv> as BackendSrv);
}

function open(props: Partial<Parameters<typeof RateChart>[0]> = {}) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <RateChart title="Published" specs={[spec]} range={range} timeZone="utc" {...props} />
    </QueryClientProvider>,
  );
}

const alert = { name: 'n', when: 'above' as const, value: 1, for: '5m', summary: 's', description: 'd', labels: {} };
const datasource = {
  uid: 'jsc',
  type: 'natsconsole-jetstream-datasource',
} as Partial<DataSourceInstanceSettings> as DataSourceInstanceSettings;
const has = (...list: DataSourceInstanceSettings[]) =>
  setDataSourceSrv({ getList: () => list } as Partial<DataSourceSrv> as DataSourceSrv);
const grant = (...actions: string[]) => {
  config.bootData.user.permissions = Object.fromEntries(actions.map((action) => [action, true]));
};

beforeEach(() => {
  requests.length = 0;
  grant();
  has();
});

describe('a chart', () => {
  it('asks for lines and marks in one request, over the whole time', async () => {
    answer({ '0': lines({ labels: { stream: 'ORDERS' }, values: [1, 2] }), events: events() });
    open({ events: { kind: 'events', of: ['advisories'], stream: 'ORDERS' } });
    await screen.findByRole('img', { name: 'Published. ORDERS 2/s, from 1/s to 2/s.' });
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      method: 'POST',
      url: '/api/plugin-proxy/natsconsole-jetstream-app/api/v1/query',
      data: {
        from: '2026-01-01T12:00:00.000Z',
        to: '2026-01-01T13:00:00.000Z',
        queries: [
          { refId: '0', maxDataPoints: 300, intervalMs: 12_000, query: { ...spec, fill: 'null' } },
          { refId: 'events', query: { kind: 'events', stream: 'ORDERS' } },
        ],
      },
    });
  });

  it('names its lines with their newest value, and shows one alone at a click', async () => {
    answer({ '0': lines({ labels: { stream: 'A' }, values: [1] }, { labels: { stream: 'B' }, values: [7] }) });
    open();
    await userEvent.click(await screen.findByRole('button', { name: 'A' }));
    expect(screen.getByText(/7\/s/)).toBeDefined();
    expect(screen.getByRole('button', { name: 'B (hidden)' })).toBeDefined();
    await userEvent.click(screen.getByRole('button', { name: 'A' }));
    expect(screen.getByRole('button', { name: 'B' })).toBeDefined();
  });

  it('lists the marks in words', async () => {
    answer({ '0': lines({ values: [1] }), events: events([start, 'Leader elected on n2', 'info']) });
    open({ events: { kind: 'events' } });
    expect(await screen.findByText('1 event')).toBeDefined();
    expect(screen.getByText(/Leader elected on n2/)).toBeDefined();
  });

  it('says that it loads, and that there is nothing', async () => {
    answer({ '0': { status: 200, frames: [] } });
    open();
    expect(screen.getByText('Loading Published')).toBeDefined();
    expect(await screen.findByText('No samples in this time.')).toBeDefined();
  });

  it('says that the role does not show it, and draws what else there is', async () => {
    answer({ '0': refused(403, 'no'), '1': lines({ values: [1] }) });
    open({ specs: [spec, { ...spec, metric: 'lag' }] });
    expect(await screen.findByText('Your role does not show these figures.')).toBeDefined();
    expect(screen.getByRole('img', { name: /^Published\./ })).toBeDefined();
  });

  it('passes on why a query failed', async () => {
    answer({ '0': refused(503, 'ClickHouse is away.') });
    open();
    expect(await screen.findByText('ClickHouse is away.')).toBeDefined();
  });

  it('offers another try where nothing came back', async () => {
    answer({ status: 502, data: { message: 'Bad Gateway' } });
    open();
    await screen.findByText('The backend is away');
    answer({ '0': lines({ values: [5] }) });
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByRole('img', { name: /5\/s/ });
  });

  it('says where its figures come from', async () => {
    answer({ '0': lines({ values: [1] }) });
    open();
    const words = /Published: increase of state.last_seq over elapsed time/;
    await userEvent.hover(screen.getByRole('button', { name: words }));
    expect(await screen.findByRole('tooltip')).toBeDefined();
    await screen.findByRole('img', { name: /^Published/ });
  });

  it('leads to Explore and to a rule where Grafana lets the person go', async () => {
    answer({ '0': lines({ values: [1] }) });
    has(datasource);
    grant('datasources:explore', 'alert.rules:create');
    open({ alert });
    const explore = await screen.findByRole('link', { name: 'Open Published in Explore' });
    expect(explore.getAttribute('href')).toMatch(/^\/explore\?/);
    const rule = screen.getByRole('link', { name: 'Create an alert on Published' });
    expect(rule.getAttribute('href')).toMatch(/^\/alerting\/new\/alerting\?defaults=/);
  });

  it.each<[string, DataSourceInstanceSettings[], string[]]>([
    ['the permissions are missing', [datasource], []],
    ['there is no datasource', [], ['datasources:explore', 'alert.rules:create']],
  ])('offers neither where %s', async (_, datasources, actions) => {
    answer({ '0': lines({ values: [1] }) });
    has(...datasources);
    grant(...actions);
    open({ alert });
    await screen.findByRole('img', { name: /^Published\./ });
    expect(screen.queryByRole('link')).toBeNull();
  });
});
