// @vitest-environment happy-dom
import type { DataSourceInstanceSettings } from '@grafana/data';
import { config, setDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';
import type { QuerySpec } from '@jetstream-console/contract';
import { screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answers, fakeBackend, figures, lost, persona, refuses } from '../../testing/backend';
import { away, card, events, finding, lines, overviewOf, table } from '../../testing/figures';
import { at, cluster, clusterId, connected } from '../../testing/samples';
import { show, urlShown } from '../../testing/show';
import { OverviewPage } from './OverviewPage';

const backend = fakeBackend();
const open = (search = '') => show(<OverviewPage />, { path: 'overview', at: `overview${search}` });
const one = answers('listClusters', { items: [{ ...cluster(), status: connected }], nextCursor: null, total: 1 });
const asAdmin = answers('me', persona('admin'));

beforeEach(() => {
  config.bootData.user.permissions = {};
});

describe('nothing to see', () => {
  it('leads to the first cluster where there is none, and asks for no figures', async () => {
    backend.use(asAdmin, answers('listClusters', { items: [], nextCursor: null, total: 0 }));
    open();
    expect(await screen.findByRole('link', { name: 'Connect a cluster' })).toBeTruthy();
    expect(screen.queryByText('Clusters')).toBeNull();
  });
  it('says that all is well, and what was looked at', async () => {
    backend.use(asAdmin, one, answers('clusterOverview', overviewOf([])));
    open();
    const well = await screen.findByTestId('all-well');
    expect(well.textContent).toContain('10 streams and 6 consumers of one cluster were looked at');
    expect(well.textContent).toContain('9 s old');
  });
  it('does not call it well where nothing was collected yet', async () => {
    backend.use(
      asAdmin,
      one,
      answers('clusterOverview', overviewOf([], [card({ ageSeconds: null, state: 'unknown' })])),
    );
    open();
    expect(await screen.findByTestId('figures-waiting')).toBeTruthy();
    expect(screen.queryByTestId('all-well')).toBeNull();
    expect(screen.getByText('Not known')).toBeTruthy();
    expect(screen.getByText('none yet')).toBeTruthy();
  });
  it('keeps the clusters in sight while the store of figures is away', async () => {
    backend.use(
      asAdmin,
      one,
      refuses('clusterOverview', 503, 'clickhouse_unavailable', { detail: 'No ClickHouse.' }),
      figures(() => away),
    );
    open();
    expect(await screen.findByRole('article', { name: 'prod' })).toBeTruthy();
    expect(await screen.findByText('No ClickHouse.', undefined, { timeout: 5000 })).toBeTruthy();
    expect(await screen.findByText('The console cannot reach its ClickHouse right now.')).toBeTruthy();
  });
  it('says that the backend is away', async () => {
    backend.use(asAdmin, one);
    backend.use(lost(502));
    open();
    expect(await screen.findByText('The backend is away', undefined, { timeout: 5000 })).toBeTruthy();
  });
});

describe('findings', () => {
  const found = [
    finding(),
    finding({
      id: 'b',
      rule: 'consumer_falling_behind',
      severity: 'warning',
      title: 'ORDERS > billing falls behind',
      evidence: 'lag 21,000',
      since: null,
    }),
    finding({
      id: 'c',
      rule: 'server_restarted',
      severity: 'info',
      title: 'n1 has just started',
      subject: { kind: 'server', stream: null, consumer: null, server: 'n1' },
    }),
  ];
  it('tell what is wrong, since when, by which figures, what helps, and where to go', async () => {
    backend.use(asAdmin, one, answers('clusterOverview', overviewOf(found)));
    open();
    const article = await screen.findByRole('article', { name: found[0]?.title });
    expect(article.textContent).toContain('Critical');
    expect(article.textContent).toContain('prod for 6 min');
    expect(article.textContent).toContain('5 of 5 unacknowledged');
    expect(article.textContent).toContain('Run more of it.');
    expect(within(article).getByText('ORDERS > billing falls behind', { exact: false })).toBeTruthy();
    expect(within(article).getByRole('link', { name: 'Open the consumer' }).getAttribute('href')).toBe(
      `/a/natsconsole-jetstream-app/clusters/${clusterId}/streams/ORDERS/consumers/billing`,
    );
  });
  it('are narrowed by severity, and the URL says to which', async () => {
    backend.use(asAdmin, one, answers('clusterOverview', overviewOf(found)));
    const user = open();
    await user.click(await screen.findByRole('button', { name: /1 note/ }));
    await waitFor(() => expect(urlShown()).toBe('overview?severity=info'));
    expect(screen.getByRole('article', { name: 'n1 has just started' })).toBeTruthy();
    expect(screen.queryByRole('article', { name: found[0]?.title })).toBeNull();
  });
  it('in another account lead to the cluster, whose page is the only one there is', async () => {
    backend.use(asAdmin, one, answers('clusterOverview', overviewOf([finding({ subject: { account: 'OTHER' } })])));
    open();
    const article = await screen.findByRole('article', { name: found[0]?.title });
    expect(article.textContent).toContain('(account OTHER)');
    expect(within(article).getByRole('link', { name: 'Open the cluster' })).toBeTruthy();
    expect(within(article).queryByRole('link', { name: 'Open the consumer' })).toBeNull();
  });

  const datasource = {
    uid: 'jsc',
    type: 'natsconsole-jetstream-datasource',
  } as Partial<DataSourceInstanceSettings> as DataSourceInstanceSettings;
  const withDatasource = { getList: () => [datasource] } as Partial<DataSourceSrv> as DataSourceSrv;
  afterEach(() => {
    setDataSourceSrv({ getList: () => [] } as Partial<DataSourceSrv> as DataSourceSrv);
  });
  it('lead to their history and to a rule where Grafana lets the person, with everything filled in', async () => {
    setDataSourceSrv(withDatasource);
    config.bootData.user.permissions = { 'datasources:explore': true, 'alert.rules:create': true };
    backend.use(asAdmin, one, answers('clusterOverview', overviewOf(found)));
    open();
    const article = await screen.findByRole('article', { name: found[0]?.title });
    const href = (name: RegExp) =>
      decodeURIComponent(within(article).getByRole('link', { name }).getAttribute('href') ?? '');
    expect(href(/in Explore/)).toContain('"metric":"ack_use"');
    expect(href(/in Explore/)).toContain('"values":["billing"]');
    expect(href(/Create an alert/)).toContain('"params":[0.8]');
  });
});

describe('cluster cards', () => {
  it('show rate, storage, API load and how old it all is, those with faults first', async () => {
    const other = '5c9f7f8a-5d1e-4b7a-9c1d-0a1b2c3d4e5f';
    backend.use(
      asAdmin,
      answers('listClusters', {
        items: [
          { ...cluster({ id: other, name: 'alpha' }), status: connected },
          { ...cluster(), status: { ...connected, state: 'unreachable', error: 'Nothing listens.' } },
        ],
        nextCursor: null,
        total: 2,
      }),
      answers('clusterOverview', overviewOf([], [card({ id: other, name: 'alpha' }), card({ state: 'critical' })])),
      figures((spec) =>
        spec.kind === 'metrics' && spec.metric === 'api_requests'
          ? table(['cluster'], ['prod', 1.13])
          : spec.kind === 'metrics'
            ? lines({ labels: { cluster: 'prod' }, values: [30, 38] })
            : undefined,
      ),
    );
    open();
    const cards = await screen.findByRole('region', { name: 'Clusters' });
    await waitFor(() => expect(within(cards).getByRole('article', { name: 'prod' }).textContent).toContain('1.1/s'));
    expect(
      within(cards)
        .getAllByRole('article')
        .map((article) => article.getAttribute('aria-label')),
    ).toEqual(['prod', 'alpha']);
    const prod = within(cards).getByRole('article', { name: 'prod' });
    for (const words of ['38/s', '42 %', '9 s old', 'Critical', 'unreachable'])
      expect(prod.textContent).toContain(words);
    expect(within(prod).getByRole('img', { name: /Published to prod in the last hour: 38/ })).toBeTruthy();
  });
  it('ask for nothing that a person with a part of a cluster would be refused', async () => {
    const asked: QuerySpec[] = [];
    backend.use(
      answers('me', persona('viewer', { kind: 'cluster', clusterId, namePattern: 'ORDERS*' })),
      one,
      answers('clusterOverview', overviewOf([])),
      figures((spec) => {
        asked.push(spec);
        return undefined;
      }),
    );
    open();
    await screen.findByRole('article', { name: 'prod' });
    await waitFor(() => expect(asked.some(({ kind }) => kind === 'events')).toBe(true));
    expect(asked.flatMap((spec) => (spec.kind === 'metrics' ? [spec.metric] : []))).not.toContain('api_requests');
    expect(asked.flatMap((spec) => (spec.kind === 'events' ? spec.of : []))).not.toContain('audit');
  });
});

describe('what changed', () => {
  it('is told newest first, the same again as one, with the way there', async () => {
    const now = Date.now();
    backend.use(
      asAdmin,
      one,
      answers('clusterOverview', overviewOf([])),
      figures((spec, refId) =>
        spec.kind !== 'events'
          ? undefined
          : refId === 'acts'
            ? events(
                { time: now - 1000, type: 'audit.auth.login', title: 'ann: auth.login' },
                {
                  time: now - 5000,
                  type: 'audit.cluster.update',
                  title: `ann: cluster.update clusterId=${clusterId}`,
                  cluster: 'prod',
                },
              )
            : events(
                {
                  time: now - 9000,
                  type: 'max_deliver',
                  severity: 'warning',
                  title: 'gave up 7',
                  cluster: 'prod',
                  stream: 'ORDERS',
                  consumer: 'billing',
                },
                {
                  time: now - 60_000,
                  type: 'max_deliver',
                  severity: 'warning',
                  title: 'gave up 6',
                  cluster: 'prod',
                  stream: 'ORDERS',
                  consumer: 'billing',
                },
              ),
      ),
    );
    open();
    const items = within(await screen.findByTestId('changes')).getAllByRole('listitem');
    expect(items.map((item) => item.textContent)).toEqual([
      expect.stringMatching(/ago ?ann: cluster.updateprod$/),
      expect.stringContaining('gave up 7 and 1 more like it since'),
    ]);
    expect(
      within(items[1] ?? document.body)
        .getByRole('link')
        .getAttribute('href'),
    ).toContain('/consumers/billing');
  });
  it('is nothing, in words', async () => {
    backend.use(answers('me', persona('viewer')), one, answers('clusterOverview', { ...overviewOf([]), asOf: at }));
    open();
    expect(await screen.findByText(/^Nothing: no new leader/)).toBeTruthy();
  });
});
