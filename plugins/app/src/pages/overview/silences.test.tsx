// @vitest-environment happy-dom
import type { Finding, Silence } from '@jetstream-console/contract';
import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers, fakeBackend, persona, refuses, type Asked } from '../../testing/backend';
import { card, finding, overviewOf } from '../../testing/figures';
import { at, cluster, clusterId, connected } from '../../testing/samples';
import { show } from '../../testing/show';
import { OverviewPage } from './OverviewPage';

const backend = fakeBackend();
const one = answers('listClusters', { items: [{ ...cluster(), status: connected }], nextCursor: null, total: 1 });
const open = () => show(<OverviewPage />, { path: 'overview', at: 'overview' });

const silence = {
  id: '5a0c5c9a-7e0f-4d6f-8f0b-3f1f2b3c4d5e',
  until: '2026-03-01T19:10:00.000Z',
  reason: 'anna restarts it',
  by: 'anna',
  at,
};
const loud = finding();
const silent = finding({ silenced: silence });
const kept = (of: Finding, changes: Partial<Silence> = {}): Silence => ({
  ...silence,
  finding: of.id,
  rule: of.rule,
  title: of.title,
  cluster: of.cluster,
  subject: of.subject,
  ...changes,
});

beforeEach(() => backend.use(one, answers('me', persona('editor'))));

describe('a finding', () => {
  it('is silenced until a time, with a reason, and then lies folded', async () => {
    const asked: Asked[] = [];
    backend.use(
      answers('clusterOverview', () => overviewOf([asked.length === 0 ? loud : silent])),
      answers('listSilences', { items: [] }),
      answers('silenceFinding', (given) => {
        asked.push(given);
        return kept(loud);
      }),
    );
    const user = open();
    await user.click(await screen.findByRole('button', { name: `Silence ${loud.title}` }));
    const dialog = await screen.findByRole('dialog');
    // Nobody is kept from knowing without a word why.
    expect(within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Silence' }).disabled).toBe(true);
    await user.click(within(dialog).getByRole('radio', { name: '8 hours' }));
    await user.type(within(dialog).getByRole('textbox', { name: 'Why' }), ' anna restarts it ');
    const before = Date.now();
    await user.click(within(dialog).getByRole('button', { name: 'Silence' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const [{ params, body } = { params: {}, body: null }] = asked;
    expect(params).toMatchObject({ clusterId });
    expect(body).toMatchObject({ finding: loud.id, reason: 'anna restarts it' });
    const until = Date.parse((body as { until: string }).until);
    expect(until - before).toBeGreaterThan(7.9 * 3_600_000);
    expect(until - before).toBeLessThan(8.1 * 3_600_000);
    const folded = await screen.findByText('1 silenced');
    expect(screen.getByTestId('all-well').textContent).toContain('What is silenced (1) is not counted.');
    await user.click(folded);
    const article = await screen.findByRole('article', { name: silent.title });
    expect(article.textContent).toContain('Silenced by anna until');
    expect(article.textContent).toContain('(7 h 10 min left): anna restarts it');
  });
  it('keeps what was typed where the console refuses, and says why', async () => {
    backend.use(
      answers('clusterOverview', overviewOf([loud])),
      refuses('silenceFinding', 404, 'finding_gone', { detail: 'There is nothing to silence.' }),
    );
    const user = open();
    await user.click(await screen.findByRole('button', { name: `Silence ${loud.title}` }));
    const dialog = await screen.findByRole('dialog');
    await user.type(within(dialog).getByRole('textbox', { name: 'Why' }), 'known');
    await user.click(within(dialog).getByRole('button', { name: 'Silence' }));
    expect(await within(dialog).findByText('There is nothing to silence.')).toBeTruthy();
    expect(within(dialog).getByRole<HTMLTextAreaElement>('textbox', { name: 'Why' }).value).toBe('known');
  });
  it('is told again as soon as somebody says so', async () => {
    const ended: Asked[] = [];
    backend.use(
      answers('clusterOverview', () => overviewOf([ended.length === 0 ? silent : loud])),
      answers('listSilences', { items: [kept(silent)] }),
      answers('unsilenceFinding', (given) => {
        ended.push(given);
        return { ok: true };
      }),
    );
    const user = open();
    await user.click(await screen.findByText('1 silenced'));
    await user.click(await screen.findByRole('button', { name: `Unsilence ${silent.title}` }));
    expect(await screen.findByRole('button', { name: `Silence ${loud.title}` })).toBeTruthy();
    expect(ended.map(({ params }) => params.silenceId)).toEqual([silence.id]);
    expect(screen.queryByText('1 silenced')).toBeNull();
  });
});

describe('silences', () => {
  it('of what is not found at the moment can be ended too', async () => {
    const gone = finding({ id: 'gone', title: 'MAIL has no leader' });
    backend.use(
      answers('clusterOverview', overviewOf([silent])),
      answers('listSilences', { items: [kept(silent), kept(gone)] }),
    );
    const user = open();
    await user.click(await screen.findByText('1 silenced'));
    const waiting = await screen.findByTestId('silences-waiting');
    expect(waiting.textContent).toContain('MAIL has no leader');
    expect(waiting.textContent).not.toContain(silent.title);
    expect(within(waiting).getByRole('button', { name: 'Unsilence MAIL has no leader' })).toBeTruthy();
  });
  it('are seen by a viewer, who can change none', async () => {
    backend.use(
      answers('me', persona('viewer')),
      answers(
        'clusterOverview',
        overviewOf([loud, finding({ id: 'b', title: 'known', silenced: silence })], [card({ silenced: 1 })]),
      ),
      answers('listSilences', { items: [] }),
    );
    const user = open();
    await user.click(await screen.findByText('1 silenced', { selector: 'summary' }));
    expect(await screen.findByRole('article', { name: 'known' })).toBeTruthy();
    expect(within(screen.getByRole('article', { name: 'prod' })).getByText('1 silenced')).toBeTruthy();
    expect(screen.queryByRole('button', { name: /ilence/ })).toBeNull();
  });
});
