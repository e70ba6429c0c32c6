// @vitest-environment happy-dom
import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answers, fakeBackend, figures, persona, refuses } from '../../testing/backend';
import { finding, lines, overviewOf, table } from '../../testing/figures';
import { clusterId, consumerRow, provenance } from '../../testing/samples';
import { show } from '../../testing/show';
import { ConsumerPage } from './ConsumerPage';

const backend = fakeBackend();
const open = () =>
  show(<ConsumerPage />, {
    path: 'clusters/:cluster/streams/:stream/consumers/:consumer',
    at: `clusters/${clusterId}/streams/ORDERS/consumers/billing`,
  });
const stopped = answers('getConsumer', {
  row: consumerRow({ lag: 1204, ackPending: 5, maxAckPending: 5 }),
  config: { durable_name: 'billing' },
  raw: {},
  provenance,
});
const forecast = (drainSeconds: number | null, why: string | null = null) =>
  answers('forecast', { toLimitSeconds: null, limitBy: null, drainSeconds, why, asOf: null });

describe('the verdict on a consumer', () => {
  it('says since when it is so, when it has caught up, and what helps', async () => {
    backend.use(
      answers('me', persona('viewer')),
      stopped,
      forecast(720),
      answers('clusterOverview', overviewOf([finding(), finding({ id: 'other', subject: { consumer: 'mail' } })])),
      figures((spec) =>
        spec.kind !== 'metrics'
          ? undefined
          : spec.metric === 'age'
            ? table(['cluster'], ['prod', 0])
            : spec.metric === 'ack_use'
              ? lines({ values: [0.2, ...Array<number>(8).fill(1)] })
              : lines({ values: [3, 4] }),
      ),
    );
    open();
    const verdict = await screen.findByTestId('verdict');
    await waitFor(() => expect(verdict.textContent).toContain('This has been so for 6 min, since '));
    expect(verdict.textContent).toContain('Stopped: 5 messages are out unacknowledged');
    expect((await screen.findByTestId('drain')).textContent).toBe(
      'Caught up in about 12 min at the pace of the last hour.',
    );
    const cures = await screen.findByTestId('cures');
    expect(cures.textContent).toBe('Critical 5 of 5 unacknowledged. What helps: Run more of it.');
    expect(await screen.findByRole('img', { name: /^Lag and backlog\. Lag 4,/ })).toBeTruthy();
  });
  it('stands by itself where no history is known, and says why nothing is foretold', async () => {
    backend.use(
      answers('me', persona('viewer')),
      stopped,
      forecast(null, 'It is not catching up: its lag does not fall.'),
    );
    open();
    expect((await screen.findByTestId('drain')).textContent).toBe('It is not catching up: its lag does not fall.');
    expect(screen.getByTestId('verdict').textContent).not.toContain('This has been so');
    expect(await screen.findByTestId('figures-waiting')).toBeTruthy();
  });
  it('is all that is left of it while the store of figures is away', async () => {
    backend.use(
      answers('me', persona('viewer')),
      stopped,
      refuses('query', 503, 'clickhouse_unavailable', { detail: 'No ClickHouse.' }),
      refuses('forecast', 503, 'clickhouse_unavailable'),
      refuses('clusterOverview', 503, 'clickhouse_unavailable'),
    );
    open();
    expect((await screen.findByTestId('verdict')).textContent).toContain('Stopped: 5 messages');
    expect((await screen.findByTestId('figures-away', undefined, { timeout: 5000 })).textContent).toContain(
      'No ClickHouse.',
    );
    expect(screen.getByText('5 of 5')).toBeTruthy();
  });
});
