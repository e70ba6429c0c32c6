// @vitest-environment happy-dom
import type { QuerySpec } from '@jetstream-console/contract';
import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answers, fakeBackend, figures, persona } from '../../testing/backend';
import { away, lines, table } from '../../testing/figures';
import { cluster, clusterId, connected, provenance, streamRow } from '../../testing/samples';
import { show } from '../../testing/show';
import { StreamsPage } from './StreamsPage';

const backend = fakeBackend();
const open = () => show(<StreamsPage />, { path: 'streams', at: `streams?cluster=${clusterId}` });
const rows = [
  streamRow({ limitUse: 0.53, limitBy: 'bytes', maxBytes: 64 * 1024 ** 2 }),
  streamRow({ name: 'MAIL', subjects: ['mail.>'], consumers: 0 }),
];
const live = [
  answers('listClusters', { items: [{ ...cluster(), status: connected }], nextCursor: null, total: 1 }),
  answers('listStreams', {
    items: rows,
    nextCursor: null,
    total: 2,
    totals: { streams: 2, messages: 200, bytes: 20_000, consumers: 1 },
    missing: [],
    provenance,
  }),
];
const row = async (name: string) => {
  const found = (await screen.findByText(name)).closest('tr');
  if (!found) throw new Error(`no row of ${name}`);
  return found;
};

describe('figures in the list of streams', () => {
  it('are rate, forecast and worst lag of each row, in one request for all of them and one for their lines', async () => {
    const asked: QuerySpec[] = [];
    backend.use(
      answers('me', persona('viewer')),
      ...live,
      figures((spec) => {
        asked.push(spec);
        if (spec.kind !== 'metrics') return undefined;
        if (spec.format === 'series') return lines({ labels: { stream: 'ORDERS' }, values: [8, 8.7] });
        if (spec.forecast === 'to_limit') return table(['stream'], ['ORDERS', 2156]);
        if (spec.metric === 'lag') return table(['stream'], ['ORDERS', 21_400]);
        if (spec.metric === 'bytes_growth') return table(['stream'], ['ORDERS', 2980]);
        return table(['stream'], ['ORDERS', 8.74], ['MAIL', 0]);
      }),
    );
    open();
    const orders = await row('ORDERS');
    await waitFor(() => expect(orders.textContent).toContain('8.7/s'));
    expect(orders.textContent).toContain('full in 36 min');
    expect(orders.textContent).toContain('+2.9 KiB/s');
    expect(orders.textContent).toContain('21.4 K');
    expect(await within(orders).findByRole('img', { name: /^Published to ORDERS: 8.7/ })).toBeTruthy();
    // No samples is not zero; zero is zero.
    expect((await row('MAIL')).textContent).toContain('0/s');
    expect(within(await row('MAIL')).queryByRole('img')).toBeNull();
    expect(asked).toHaveLength(5);
    for (const spec of asked)
      expect(spec).toMatchObject({
        accounts: 'own',
        groupBy: ['stream'],
        filters: [{ field: 'stream', op: '=', values: ['ORDERS', 'MAIL'] }],
      });
  });
  it('leave the live figures where the store is away, and say why once', async () => {
    backend.use(
      answers('me', persona('viewer')),
      ...live,
      figures(() => away),
    );
    open();
    expect(
      await screen.findByText(/^Rates, forecasts and lag are not to be had: The console cannot reach/),
    ).toBeTruthy();
    expect((await row('ORDERS')).textContent).toContain('53 %');
  });
  it('leave out the lag for whoever may not see consumers', async () => {
    const me = persona('viewer');
    const asked: QuerySpec[] = [];
    backend.use(
      answers('me', { ...me, grants: me.grants.filter(({ resource }) => resource !== 'consumers') }),
      ...live,
      figures((spec) => {
        asked.push(spec);
        return undefined;
      }),
    );
    open();
    await row('ORDERS');
    await waitFor(() => expect(asked).toHaveLength(4));
    expect(asked.flatMap((spec) => (spec.kind === 'metrics' ? [spec.metric] : []))).not.toContain('lag');
  });
});
