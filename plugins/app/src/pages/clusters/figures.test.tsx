// @vitest-environment happy-dom
import type { QuerySpec } from '@jetstream-console/contract';
import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answers, fakeBackend, figures, persona, refuses } from '../../testing/backend';
import { lines, table } from '../../testing/figures';
import { at, cluster, clusterId, connected } from '../../testing/samples';
import { show } from '../../testing/show';
import { ClusterPage } from './ClusterPage';

const backend = fakeBackend();
const open = () => show(<ClusterPage />, { path: 'clusters/:cluster', at: `clusters/${clusterId}` });
const live = (source: 'system_account' | 'connection') => [
  answers('getCluster', { ...cluster(), status: connected }),
  answers('clusterHealth', connected),
  answers('getLeaders', { servers: [], streams: 0, unknown: 0, askedAt: at }),
  answers('clusterInfo', {
    domain: null,
    memory: 0,
    storage: 900,
    streams: 8,
    consumers: 3,
    limits: { maxMemory: 0, maxStorage: 1000, maxStreams: -1, maxConsumers: 10 },
    tiers: [],
    api: { level: 3, total: 100, errors: 1 },
  }),
  answers('clusterServers', { source, items: [], askedAt: at }),
];

function watched() {
  const asked: QuerySpec[] = [];
  backend.use(
    figures((spec) => {
      asked.push(spec);
      if (spec.kind !== 'metrics') return undefined;
      return spec.metric === 'age' && spec.format === 'table'
        ? table(['cluster'], ['prod', 0])
        : lines({ labels: { cluster: 'prod', server: 'n1' }, values: [1, 2] });
    }),
  );
  return () => [...new Set(asked.flatMap((spec) => (spec.kind === 'metrics' ? [spec.metric] : [])))].sort();
}

describe('a cluster over time', () => {
  it('shows load, storage, the JetStream API and what the console itself asks', async () => {
    backend.use(answers('me', persona('viewer')), ...live('system_account'));
    const metrics = watched();
    open();
    const charts = within(await screen.findByRole('region', { name: 'Over time' }));
    expect(await charts.findByRole('img', { name: /^CPU\. n1 2/ })).toBeTruthy();
    expect(await charts.findByRole('img', { name: /^The console’s own load\./ })).toBeTruthy();
    await waitFor(() =>
      expect(metrics()).toEqual(
        expect.arrayContaining([
          'cpu',
          'memory',
          'connections',
          'in_msgs',
          'out_msgs',
          'js_storage_use',
          'api_requests',
          'own_requests',
        ]),
      ),
    );
  });
  it('shows what the own account tells where there is no log-in of the system account', async () => {
    backend.use(answers('me', persona('viewer')), ...live('connection'));
    const metrics = watched();
    open();
    await screen.findByRole('region', { name: 'Storage of the account' });
    await waitFor(() => expect(metrics()).toContain('own_requests'));
    expect(metrics()).not.toContain('cpu');
  });
  it('asks for none of it as somebody who may see a part of the cluster alone', async () => {
    backend.use(
      answers('me', persona('viewer', { kind: 'cluster', clusterId, namePattern: 'ORDERS*' })),
      ...live('connection'),
      refuses('clusterInfo', 403, 'forbidden'),
      refuses('clusterServers', 403, 'forbidden'),
    );
    const metrics = watched();
    open();
    await screen.findByText('nats://10.0.0.1:4222');
    expect(screen.queryByRole('region', { name: 'Over time' })).toBeNull();
    expect(metrics()).toEqual([]);
  });
});
