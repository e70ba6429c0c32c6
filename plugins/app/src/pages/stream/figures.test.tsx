// @vitest-environment happy-dom
import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answers, fakeBackend, figures, persona, refuses } from '../../testing/backend';
import { away, finding, lines, overviewOf, table } from '../../testing/figures';
import { clusterId, provenance, stream } from '../../testing/samples';
import { show } from '../../testing/show';
import { StreamPage } from './StreamPage';

const backend = fakeBackend();
const open = (search = '') =>
  show(<StreamPage />, {
    path: 'clusters/:cluster/streams/:stream',
    at: `clusters/${clusterId}/streams/ORDERS${search}`,
  });
const live = [
  answers('me', persona('viewer')),
  answers('getStream', stream({ maxBytes: 64 * 1024 ** 2, limitUse: 0.11, limitBy: 'bytes' })),
  answers('listSubjects', { items: [], nextCursor: null, total: 0, provenance, complete: true }),
  answers('listStreamConsumers', { items: [], nextCursor: null, total: 0, provenance, missing: [] }),
];
const collected = table(['cluster'], ['prod', 0]);

describe('a stream over time', () => {
  it('has its rate as a line, its forecast in words, and what is found about it', async () => {
    backend.use(
      ...live,
      answers('forecast', {
        toLimitSeconds: 3 * 86_400 + 4 * 3600,
        limitBy: 'bytes',
        drainSeconds: null,
        why: null,
        asOf: null,
      }),
      answers('clusterOverview', overviewOf([finding(), finding({ id: 'x', subject: { stream: 'MAIL' } })])),
      figures((spec) =>
        spec.kind !== 'metrics'
          ? undefined
          : spec.metric === 'age'
            ? collected
            : lines({ labels: { cluster: 'prod', stream: 'ORDERS' }, values: [1, 8.7] }),
      ),
    );
    open();
    expect(await screen.findByRole('img', { name: /^Publish rate\. Published/ })).toBeTruthy();
    expect((await screen.findByTestId('limit-forecast')).textContent).toBe(
      'Full in about 3 d 4 h at the pace of the last hour (64 MiB); then the oldest messages go.',
    );
    expect(screen.getAllByRole('article')).toHaveLength(1);
  });
  it('says that nothing was collected yet, in place of empty charts', async () => {
    backend.use(
      ...live,
      figures(() => undefined),
    );
    open();
    expect((await screen.findByTestId('figures-waiting')).textContent).toContain('rates with the one after it');
    expect(screen.queryByRole('region', { name: 'Publish rate' })).toBeNull();
    expect(screen.getByText('11 %')).toBeTruthy();
  });
  it('says once that the store is away, and keeps what is live', async () => {
    backend.use(
      ...live,
      figures(() => away),
      refuses('forecast', 503, 'clickhouse_unavailable'),
      refuses('clusterOverview', 503, 'clickhouse_unavailable'),
    );
    open();
    expect((await screen.findByTestId('figures-away')).textContent).toContain('cannot reach its ClickHouse');
    expect(screen.getByText('11 %')).toBeTruthy();
    expect(screen.queryByTestId('limit-forecast')).toBeNull();
  });
  it('says how old the figures are when nothing is collected any more', async () => {
    backend.use(
      ...live,
      figures((spec) =>
        spec.kind === 'metrics' && spec.metric === 'age' ? table(['cluster'], ['prod', 600]) : undefined,
      ),
    );
    open();
    expect((await screen.findByTestId('figures-old')).textContent).toContain('Nothing was collected for 10 min');
    expect(screen.getByRole('region', { name: 'Publish rate' })).toBeTruthy();
  });
  it('asks about the time that the URL says', async () => {
    const asked: (readonly [string, string])[] = [];
    backend.use(
      ...live,
      answers('query', ({ body }) => {
        const { from, to, queries } = body as { from: string; to: string; queries: { refId: string }[] };
        if (queries.some(({ refId }) => refId === 'events')) asked.push([from, to]);
        return {
          results: Object.fromEntries(
            queries.map(({ refId }) => [refId, { status: 200, frames: [], ...(refId === 'age' ? collected : {}) }]),
          ),
        };
      }),
    );
    const from = Date.parse('2026-02-01T00:00:00Z');
    open(`?from=${from}&to=${from + 3_600_000}`);
    expect((await screen.findAllByText('No samples in this time.')).length).toBeGreaterThan(0);
    expect(asked[0]).toEqual(['2026-02-01T00:00:00.000Z', '2026-02-01T01:00:00.000Z']);
  });
});
