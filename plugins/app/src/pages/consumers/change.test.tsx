// @vitest-environment happy-dom
import { fireEvent } from '@testing-library/dom';
import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answers, fakeBackend, persona, type Asked } from '../../testing/backend';
import { clusterId, consumerRow, provenance, stream } from '../../testing/samples';
import { show, urlShown } from '../../testing/show';
import { StreamPage } from '../stream/StreamPage';
import { ConsumerPage } from './ConsumerPage';

const backend = fakeBackend();
const at = `clusters/${clusterId}/streams/ORDERS`;
const open = (search = '') =>
  show(<ConsumerPage />, {
    path: 'clusters/:cluster/streams/:stream/consumers/:consumer',
    at: `${at}/consumers/billing${search}`,
  });
const config = { durable_name: 'billing', name: 'billing', ack_policy: 'explicit', max_ack_pending: 5 };
const hash = (letter: string) => letter.repeat(43);
const view = (apiLevel: number) =>
  answers('getConsumerConfig', {
    config,
    hash: hash('a'),
    apiLevel,
    fixed: [{ field: 'ack_policy', reason: 'the acknowledgement is set when a consumer is made' }],
  });
const consumer = (changes: Parameters<typeof consumerRow>[0] = {}) =>
  answers('getConsumer', { row: consumerRow(changes), config, raw: {}, provenance });
const plan = answers('planConsumerUpdate', {
  hash: hash('a'),
  apiLevel: 4,
  config,
  diff: [],
  refusals: [],
  effects: [],
});
const menu = async (user: ReturnType<typeof open>) => {
  await user.click(await screen.findByRole('button', { name: 'Actions on the consumer billing' }));
  return (await screen.findAllByRole('menuitem')).map((item) => item.textContent);
};

describe('what may be done to a consumer', () => {
  it('an operator pauses and resumes, and is offered nothing else', async () => {
    backend.use(answers('me', persona('operator')), consumer(), view(4));
    expect(await menu(open())).toEqual(['Pause', 'ResumeIt is not paused.']);
    expect(screen.queryByRole('button', { name: 'Edit' })).toBeNull();
  });
  it('an old server is not asked for what it does not know', async () => {
    backend.use(answers('me', persona('editor')), consumer(), view(1));
    const user = open();
    await screen.findByRole('button', { name: 'Edit' });
    await waitFor(async () => expect(await menu(user)).toContain('Reset its positionIt takes NATS 2.14 or newer.'));
  });
  it('a viewer gets no menu, and a link to an act says why', async () => {
    backend.use(answers('me', persona('viewer')), consumer());
    open('?act=pause');
    expect((await screen.findByTestId('no-access')).textContent).toContain('operator');
    expect(screen.queryByRole('button', { name: /^Actions on/ })).toBeNull();
  });
});

describe('cures', () => {
  it('a paused one is resumed beside its verdict', async () => {
    const resumed: unknown[] = [];
    let paused = true;
    backend.use(
      answers('me', persona('operator')),
      view(4),
      answers('getConsumer', () => ({
        row: consumerRow({ paused, pausedUntil: paused ? '2099-01-01T00:00:00Z' : null, lag: 1204 }),
        config,
        raw: {},
        provenance,
      })),
      answers('resumeConsumer', () => {
        paused = false;
        resumed.push(true);
        return { paused: false, until: null };
      }),
    );
    const user = open();
    const verdict = await screen.findByTestId('verdict');
    await user.click(await within(verdict).findByRole('button', { name: 'Resume' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog.textContent).toContain('1,204 messages');
    await user.click(within(dialog).getByRole('button', { name: 'Resume' }));
    expect((await screen.findByTestId('done')).textContent).toContain('billing delivers again.');
    await waitFor(() => expect(screen.getByTestId('verdict').textContent).not.toContain('Paused'));
    expect(resumed).toEqual([true]);
  });
  it('one whose acknowledgements are used up leads to the field that allows more', async () => {
    const saved: unknown[] = [];
    backend.use(
      answers('me', persona('editor')),
      view(4),
      consumer({ lag: 9, ackPending: 5, maxAckPending: 5 }),
      plan,
      answers('updateConsumer', ({ body }: Asked) => {
        saved.push(body);
        return { config, hash: hash('b'), diff: [], ignored: [], adjusted: [] };
      }),
    );
    const user = open();
    await user.click(await screen.findByRole('button', { name: 'Allow more unacknowledged' }));
    await waitFor(() => expect(document.activeElement?.id).toBe('config-max_ack_pending'));
    const control = document.activeElement;
    if (!(control instanceof HTMLInputElement)) throw new Error('no box has the focus');
    fireEvent.change(control, { target: { value: '50' } });
    const save = screen.getByRole<HTMLButtonElement>('button', { name: 'Save' });
    await waitFor(() => expect(save.disabled).toBe(false));
    await user.click(save);
    await screen.findByTestId('outcome');
    expect(saved).toEqual([{ basedOn: hash('a'), change: { max_ack_pending: 50 }, pedantic: true }]);
    await waitFor(() => expect(urlShown()).not.toContain('edit'));
  });
  it('a reset tells what comes again before the name is asked for', async () => {
    const done: unknown[] = [];
    backend.use(
      answers('me', persona('editor')),
      view(4),
      consumer(),
      answers('planReset', ({ body }: Asked) => ({
        seq: JSON.stringify(body).includes('ack_floor') ? 11 : 3,
        redelivers: 8,
        skips: 0,
        waiting: 98,
        countedBy: 'STREAM.INFO',
        refusals: [],
      })),
      answers('resetConsumer', ({ body }: Asked) => {
        done.push(body);
        return { seq: 3 };
      }),
    );
    const user = open('?act=reset');
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText('It goes on at sequence 11');
    await user.click(within(dialog).getByRole('radio', { name: 'A sequence' }));
    await user.type(within(dialog).getByLabelText(/^Sequence/), '3');
    await within(dialog).findByText('It goes on at sequence 3');
    expect(within(dialog).getByTestId('reset-plan').textContent).toContain('8 messages that were delivered come again');
    const button = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Reset' });
    expect(button.disabled).toBe(true);
    await user.type(within(dialog).getByRole('textbox', { name: /to confirm/ }), 'billing');
    await user.click(button);
    expect((await screen.findByTestId('done')).textContent).toContain('goes on at sequence 3');
    expect(done).toEqual([{ target: { to: 'sequence', seq: 3 }, confirm: 'billing' }]);
  });
});

it('a new consumer is durable unless one says otherwise, and its name is said once', async () => {
  const asked: unknown[] = [];
  backend.use(
    answers('me', persona('editor')),
    answers('getStream', stream()),
    answers('getStreamConfig', { config: { name: 'ORDERS' }, hash: hash('a'), apiLevel: 4, fixed: [] }),
    answers('planConsumer', { hash: null, apiLevel: 4, config, diff: [], refusals: [], effects: [] }),
    answers('createConsumer', ({ body }: Asked) => {
      asked.push(body);
      return { config: { name: 'audit' }, hash: hash('b'), diff: [], ignored: [], adjusted: [] };
    }),
  );
  const user = show(<StreamPage />, {
    path: 'clusters/:cluster/streams/:stream',
    at: `${at}?tab=consumers&create=1`,
  });
  const name = await screen.findByLabelText(/^Name/);
  await user.type(name, 'audit');
  const create = screen.getByRole<HTMLButtonElement>('button', { name: 'Create' });
  await waitFor(() => expect(create.disabled).toBe(false));
  await user.click(create);
  await screen.findByText('another page');
  expect(asked).toEqual([{ config: { name: 'audit', durable_name: 'audit', ack_policy: 'explicit' }, pedantic: true }]);
  expect(urlShown()).toBe(`${at}/consumers/audit`);
});
