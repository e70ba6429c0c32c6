// @vitest-environment happy-dom
import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { toProblem } from '../api/client';
import { queryClient, useApi } from '../api/hooks';
import { answers, persona, refuses, fakeBackend } from '../testing/backend';
import { clusterId, consumerRow, provenance, stream, streamRow } from '../testing/samples';
import { show } from '../testing/show';
import { ConsumersPage } from '../pages/consumers/ConsumersPage';
import { StreamsPage } from '../pages/streams/StreamsPage';
import { Loaded } from './States';

const backend = fakeBackend();

function View() {
  const info = useApi('getStream', { params: { clusterId, stream: 'ORDERS' } });
  return <Loaded of={info}>{({ row }) => <p>{row.name} is shown</p>}</Loaded>;
}
const refetch = () => queryClient.refetchQueries({ queryKey: ['getStream'] });

describe('what was there when a request fails', () => {
  it('stays under a fault that passes', async () => {
    backend.use(answers('me', persona('viewer')), answers('getStream', stream()));
    show(<View />, { path: 'x', at: 'x' });
    await screen.findByText('ORDERS is shown');
    backend.use(refuses('getStream', 503, 'cluster_unreachable'));
    await refetch();
    expect(await screen.findByText('The cluster cannot be reached')).toBeTruthy();
    expect(screen.getByText(/^What you see below is from/)).toBeTruthy();
    expect(screen.getByText('ORDERS is shown')).toBeTruthy();
  });
  it('keeps what somebody is typing in it', async () => {
    function Draft() {
      const info = useApi('getStream', { params: { clusterId, stream: 'ORDERS' } });
      return <Loaded of={info}>{() => <input aria-label="Draft" />}</Loaded>;
    }
    backend.use(answers('me', persona('viewer')), answers('getStream', stream()));
    const user = show(<Draft />, { path: 'x', at: 'x' });
    await user.type(await screen.findByLabelText('Draft'), 'half a change');
    backend.use(refuses('getStream', 503, 'cluster_unreachable'));
    await refetch();
    await screen.findByText('The cluster cannot be reached');
    expect(screen.getByLabelText<HTMLInputElement>('Draft').value).toBe('half a change');
    backend.use(answers('getStream', stream()));
    await refetch();
    await waitFor(() => expect(screen.queryByText('The cluster cannot be reached')).toBeNull());
    expect(screen.getByLabelText<HTMLInputElement>('Draft').value).toBe('half a change');
  });
  it('goes when it is no longer mine to see', async () => {
    backend.use(answers('me', persona('viewer')), answers('getStream', stream()));
    show(<View />, { path: 'x', at: 'x' });
    await screen.findByText('ORDERS is shown');
    backend.use(refuses('getStream', 403, 'forbidden'));
    await refetch();
    expect(await screen.findByText('Your role does not show this')).toBeTruthy();
    expect(screen.queryByText('ORDERS is shown')).toBeNull();
  });
});

describe('what came back instead of an answer', () => {
  it.each([
    [{ status: 404, data: { message: 'plugin route match not found' } }, 'not_paired'],
    [{ status: 502, data: '' }, 'backend_down'],
    [{ status: 504, data: '' }, 'backend_down'],
    [new TypeError('Failed to fetch'), 'backend_down'],
    [{ status: 401, data: {} }, 'logged_out'],
    [new SyntaxError('Unexpected token <'), 'bad_answer'],
    [{ status: 418, data: {} }, 'unknown'],
  ])('%o: %s', (error, code) => expect(toProblem(error).problem.code).toBe(code));
});

const clusters = answers('listClusters', {
  items: ['prod', 'test'].map((name, i) => ({
    ...{ id: i === 0 ? clusterId : '11111111-5d1e-4b7a-9c1d-0a1b2c3d4e5f' },
    name,
    urls: ['nats://x:4222'],
    tls: { mode: 'auto' as const },
    inboxPrefix: null,
    domain: null,
    readOnly: false,
    allowKick: false,
    labels: {},
    slots: [],
    sharedCredential: true,
    version: 1,
    createdAt: provenance.askedAt,
    updatedAt: provenance.askedAt,
    status: { state: 'idle' as const, server: null, rttMs: null, error: null, checkedAt: provenance.askedAt },
  })),
  nextCursor: null,
  total: 2,
});

describe('lists of a cluster', () => {
  it('open with the cluster that was looked at last', async () => {
    sessionStorage.setItem('natsconsole.cluster', '11111111-5d1e-4b7a-9c1d-0a1b2c3d4e5f');
    const asked: string[] = [];
    backend.use(
      answers('me', persona('viewer')),
      clusters,
      answers('listStreams', ({ params }) => {
        asked.push(params['clusterId'] ?? '');
        return {
          items: [streamRow()],
          nextCursor: null,
          total: 1,
          provenance,
          missing: ['LOST'],
          totals: { streams: 1, messages: 100, bytes: 10_000, consumers: 1 },
        };
      }),
    );
    show(<StreamsPage />, { path: 'streams', at: 'streams' });
    expect((await screen.findByRole('link', { name: /ORDERS/ })).getAttribute('href')).toContain(
      'clusters/11111111-5d1e-4b7a-9c1d-0a1b2c3d4e5f/streams/ORDERS',
    );
    // What did not answer is said, and is not counted as nothing.
    expect(screen.getByText('No answer')).toBeTruthy();
    expect(new Set(asked)).toEqual(new Set(['11111111-5d1e-4b7a-9c1d-0a1b2c3d4e5f']));
  });
  it('say so where a link names a cluster that is gone', async () => {
    backend.use(answers('me', persona('viewer')), clusters);
    show(<StreamsPage />, { path: 'streams', at: 'streams?cluster=99999999-5d1e-4b7a-9c1d-0a1b2c3d4e5f' });
    expect(await screen.findByText('This cluster is not here')).toBeTruthy();
  });
  it('sort on the server, and keep the order in the URL', async () => {
    const sorts: string[] = [];
    backend.use(
      answers('me', persona('viewer')),
      clusters,
      answers('listConsumers', ({ query }) => {
        sorts.push(`${query.get('sort')} ${query.get('order')}`);
        return { items: [consumerRow()], nextCursor: null, total: 1, provenance, missing: [] };
      }),
    );
    const user = show(<ConsumersPage />, { path: 'consumers', at: `consumers?cluster=${clusterId}` });
    await user.click(await screen.findByRole('button', { name: /^Redelivered/ }));
    await waitFor(() => expect(sorts.at(-1)).toBe('redelivered desc'));
    expect(sorts[0]).toBe('lag desc');
  });
});
