// @vitest-environment happy-dom
import type { QuerySpec } from '@jetstream-console/contract';
import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answers, fakeBackend, figures, persona } from '../testing/backend';
import { away, table } from '../testing/figures';
import { cluster, clusterId, connected } from '../testing/samples';
import { show, urlShown } from '../testing/show';
import { SearchEverything } from './SearchEverything';

const backend = fakeBackend();
const one = answers('listClusters', { items: [{ ...cluster(), status: connected }], nextCursor: null, total: 1 });
const streams = {
  frames: [
    {
      schema: { fields: ['cluster', 'stream', 'kind'].map((name) => ({ name, type: 'string' })) },
      data: { values: [['prod'], ['ORDERS'], ['stream']] },
    },
  ],
};
const answer = (spec: QuerySpec) =>
  spec.kind === 'inventory'
    ? spec.of === 'streams'
      ? streams
      : undefined
    : table(['cluster', 'stream', 'consumer'], ['prod', 'ORDERS', 'orders-mail', 4]);

function open() {
  const closed: true[] = [];
  const user = show(<SearchEverything onClose={() => closed.push(true)} />, { path: 'overview', at: 'overview' });
  return { user, closed };
}
const box = () => screen.findByRole('textbox', { name: 'Search everything' });

describe('the search over everything', () => {
  it('is typed into at once, walked by arrows, and opens what was found', async () => {
    backend.use(answers('me', persona('viewer')), one, figures(answer));
    const { user, closed } = open();
    await box();
    await user.keyboard('orders');
    await screen.findByRole('link', { name: /ORDERS Stream in prod/ });
    await user.keyboard('{ArrowDown}{ArrowDown}');
    expect(document.activeElement?.textContent).toContain('orders-mail');
    await user.keyboard('{ArrowUp}');
    expect(document.activeElement?.textContent).toContain('ORDERS');
    await user.keyboard('{ArrowUp}');
    expect(document.activeElement).toBe(await box());
    await user.keyboard('{Enter}');
    await waitFor(() => expect(urlShown()).toBe(`clusters/${clusterId}/streams/ORDERS`));
    expect(closed).toHaveLength(1);
  });
  it('says so where nothing is called like that', async () => {
    backend.use(
      answers('me', persona('viewer')),
      one,
      figures(() => undefined),
    );
    const { user } = open();
    await box();
    await user.keyboard('nothing');
    expect(await screen.findByText(/^Nothing that you may see is called like that/)).toBeTruthy();
  });
  it('shows what it can, and says why the rest cannot be looked for', async () => {
    backend.use(
      answers('me', persona('viewer')),
      one,
      figures((spec) => (spec.kind === 'metrics' ? away : answer(spec))),
    );
    const { user } = open();
    await box();
    await user.keyboard('orders');
    expect(await screen.findByRole('link', { name: /ORDERS Stream in prod/ })).toBeTruthy();
    expect(screen.getByText('The console cannot reach its ClickHouse right now.')).toBeTruthy();
  });
  it('asks for nothing that the person may not see', async () => {
    const asked: QuerySpec[] = [];
    const me = persona('viewer');
    backend.use(
      answers('me', { ...me, grants: me.grants.filter(({ resource }) => resource === 'streams') }),
      one,
      figures((spec) => {
        asked.push(spec);
        return answer(spec);
      }),
    );
    const { user } = open();
    await box();
    await user.keyboard('orders');
    await screen.findByRole('link', { name: /ORDERS/ });
    expect(asked.map((spec) => spec.kind)).not.toContain('metrics');
    expect(asked.every((spec) => spec.kind === 'inventory' && spec.of === 'streams')).toBe(true);
  });
});
