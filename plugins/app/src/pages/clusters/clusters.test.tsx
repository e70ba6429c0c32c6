// @vitest-environment happy-dom
import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answers, persona, refuses, fakeBackend, type Asked } from '../../testing/backend';
import { at, cluster, clusterId, connected } from '../../testing/samples';
import { show, urlShown } from '../../testing/show';
import { ClusterForm } from './ClusterForm';
import { ClusterPage } from './ClusterPage';
import { ClustersPage } from './ClustersPage';

const backend = fakeBackend();
const none = answers('listClusters', { items: [], nextCursor: null, total: 0 });
const one = (changes = {}) => answers('getCluster', { ...cluster(changes), status: connected });
const reads = [
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
  answers('clusterServers', { source: 'connection', items: [], askedAt: at }),
];

describe('no cluster yet', () => {
  it('leads an administrator to the next step', async () => {
    backend.use(answers('me', persona('admin')), none);
    show(<ClustersPage />, { path: 'clusters', at: 'clusters' });
    expect(await screen.findByRole('link', { name: 'Connect a cluster' })).toBeTruthy();
  });
  it('offers a viewer nothing that the server would refuse', async () => {
    backend.use(answers('me', persona('viewer')), none);
    show(<ClustersPage />, { path: 'clusters', at: 'clusters' });
    expect(await screen.findByText('An administrator connects one; it appears here then.')).toBeTruthy();
    expect(screen.queryByRole('link', { name: 'Connect a cluster' })).toBeNull();
  });
  it('refuses the form to a viewer before anything is typed', async () => {
    backend.use(answers('me', persona('viewer')));
    show(<ClusterForm />, { path: 'clusters/new', at: 'clusters/new' });
    expect(await screen.findByTestId('no-access')).toBeTruthy();
    expect(screen.queryByLabelText(/^Name/)).toBeNull();
  });
});

const page = { path: 'clusters/:cluster', at: `clusters/${clusterId}` };

describe('a cluster', () => {
  it('shows use against limits, and what each level goes out on', async () => {
    backend.use(answers('me', persona('admin')), one(), ...reads);
    show(<ClusterPage />, page);
    expect((await screen.findByText('File storage')).parentElement?.textContent).toContain('90 %');
    expect(screen.getByText('Memory storage').parentElement?.textContent).toContain('none allowed');
    const slots = screen.getByRole('region', { name: 'Credentials by level' });
    expect(within(slots).getByText('user shop')).toBeTruthy();
    expect(within(slots).getAllByText('none: goes out on Account')).toHaveLength(2);
  });
  it('says that limits are by tier where they are, instead of none', async () => {
    const nothing = { used: 0, max: null, share: null };
    const tier = {
      ...{ tier: 'R3', allowed: true, memory: nothing, reservedStorage: null, reservedMemory: null, streams: null },
      ...{ consumers: 0, consumersOfStream: null, streamStorage: null, streamMemory: null, ackPending: null },
      ...{ storage: { used: 900, max: 1000, share: 0.9 }, maxBytesRequired: false },
    };
    backend.use(
      answers('me', persona('admin')),
      one(),
      ...reads.slice(0, 2),
      answers('clusterInfo', {
        ...{ domain: null, memory: 0, storage: 2700, streams: 1, consumers: 0, limits: null, tiers: [tier] },
        api: { level: 3, total: 100, errors: 1 },
      }),
      ...reads.slice(3),
    );
    show(<ClusterPage />, page);
    expect((await screen.findByText('File storage')).parentElement?.textContent).toContain('by tier');
    const limits = within(screen.getByRole('region', { name: 'R3: streams of 3 copies' }));
    expect(limits.getByText('90 %')).toBeTruthy();
    expect(screen.getByText(/^No tier for R1, R2, R4, R5/)).toBeTruthy();
  });
  it('shows a viewer the same, without a way to change it', async () => {
    backend.use(answers('me', persona('viewer')), one(), ...reads);
    show(<ClusterPage />, page);
    await screen.findByText('user shop');
    for (const name of ['Test', 'Forget', 'Replace']) expect(screen.queryByRole('button', { name })).toBeNull();
    expect(screen.queryByRole('link', { name: 'Change' })).toBeNull();
    expect(screen.queryByRole('switch', { name: 'Read-only' })).toBeNull();
  });
  it('is forgotten only when its name is typed', async () => {
    const deleted: string[] = [];
    backend.use(
      answers('me', persona('admin')),
      one(),
      ...reads,
      answers('deleteCluster', ({ params }: Asked) => {
        deleted.push(params['clusterId'] ?? '');
        return { ok: true };
      }),
      none,
    );
    const user = show(<ClusterPage />, page);
    await user.click(await screen.findByRole('button', { name: 'Forget' }));
    const dialog = await screen.findByRole('dialog');
    const confirm = within(dialog).getByRole('button', { name: 'Forget' });
    await user.type(within(dialog).getByRole('textbox'), 'pro');
    expect(confirm).toHaveProperty('disabled', true);
    await user.type(within(dialog).getByRole('textbox'), 'd');
    await waitFor(() => expect(confirm).toHaveProperty('disabled', false));
    await user.click(confirm);
    await waitFor(() => expect(urlShown()).toBe('clusters'));
    expect(deleted).toEqual([clusterId]);
  });
  it('is switched to read-only from the version that was seen', async () => {
    const bodies: unknown[] = [];
    backend.use(
      answers('me', persona('admin')),
      one(),
      ...reads,
      answers('updateCluster', ({ body }: Asked) => {
        bodies.push(body);
        return cluster({ readOnly: true, version: 4 });
      }),
    );
    const user = show(<ClusterPage />, page);
    await user.click(await screen.findByRole('switch', { name: 'Read-only' }));
    await waitFor(() => expect(bodies).toEqual([{ readOnly: true, version: 3 }]));
  });
  it('that cannot be reached says why, and shows its settings still', async () => {
    backend.use(
      answers('me', persona('admin')),
      one(),
      answers('clusterHealth', { ...connected, state: 'unreachable', server: null, error: 'Nothing listens there.' }),
      ...reads,
    );
    show(<ClusterPage />, page);
    expect(await screen.findByText('Nothing listens there.')).toBeTruthy();
    expect(screen.getByText('nats://10.0.0.1:4222')).toBeTruthy();
  });
});

describe('the form', () => {
  it('tests what is typed, stage by stage, without keeping it', async () => {
    backend.use(
      answers('me', persona('admin')),
      answers('testNewCluster', {
        ok: false,
        targets: [
          {
            url: 'nats://10.0.0.1:4222',
            slot: 'admin',
            stages: [
              { stage: 'dns', state: 'ok', detail: 'is 10.0.0.1', fix: null, ms: 1 },
              { stage: 'tcp', state: 'failed', detail: 'Nothing listens.', fix: 'Start the server.', ms: 3 },
            ],
          },
        ],
      }),
    );
    const user = show(<ClusterForm />, { path: 'clusters/new', at: 'clusters/new' });
    await user.type(await screen.findByLabelText(/^Name/), 'prod');
    await user.type(screen.getByLabelText(/^URLs/), 'nats://10.0.0.1:4222');
    await user.click(screen.getByRole('button', { name: 'Test' }));
    const report = await screen.findByTestId('test-report');
    expect(within(report).getByText('Start the server.')).toBeTruthy();
    expect(urlShown()).toBe('clusters/new');
  });
  it('says at each field what is wrong with it', async () => {
    backend.use(
      answers('me', persona('admin')),
      refuses('createCluster', 400, 'invalid', {
        errors: [
          { field: 'body.urls.0', message: 'the URL names no host' },
          { field: 'body.credentials.admin.auth.creds', message: 'paste the whole .creds file' },
        ],
      }),
    );
    const user = show(<ClusterForm />, { path: 'clusters/new', at: 'clusters/new' });
    await user.type(await screen.findByLabelText(/^Name/), 'prod');
    await user.click(screen.getByRole('button', { name: 'Connect' }));
    expect(await screen.findByText('the URL names no host')).toBeTruthy();
    expect(screen.getAllByText('paste the whole .creds file').length).toBeGreaterThan(0);
  });
  it('asks for a kept secret again where it would go to another place', async () => {
    backend.use(
      answers('me', persona('admin')),
      one(),
      refuses('updateCluster', 422, 'secrets_needed', {
        errors: [{ field: 'body.credentials.admin', message: 'has to be given again' }],
      }),
    );
    const user = show(<ClusterForm />, { path: 'clusters/:cluster/edit', at: `clusters/${clusterId}/edit` });
    expect(await screen.findByText('kept: user shop')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Account: has to be given again')).toBeTruthy();
  });
});
