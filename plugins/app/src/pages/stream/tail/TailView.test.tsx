// @vitest-environment happy-dom
import { screen, waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { answers, fakeBackend, persona, refuses, type Asked } from '../../../testing/backend';
import { clusterId, message, messagePage, progress, stream } from '../../../testing/samples';
import { show, urlShown } from '../../../testing/show';
import { StreamPage } from '../StreamPage';

const backend = fakeBackend();
const open = (search: string) =>
  show(<StreamPage />, {
    path: 'clusters/:cluster/streams/:stream',
    at: `clusters/${clusterId}/streams/ORDERS?tab=messages${search}`,
  });

/** A stream that holds up to `last`, and answers what it is asked from. */
function storing(last: () => number, asked: Asked[] = []) {
  return answers('listMessages', (given) => {
    asked.push(given);
    const from = given.query.get('seq');
    const toSeq = last();
    if (from === null)
      return { ...messagePage([message(toSeq)]), progress: progress({ done: true, why: 'end', atSeq: toSeq, toSeq }) };
    const seqs = Array.from({ length: Math.max(0, toSeq + 1 - Number(from)) }, (_, i) => Number(from) + i);
    return {
      ...messagePage(seqs.map((seq) => message(seq))),
      progress: progress({ done: true, why: 'end', atSeq: toSeq + 1, fromSeq: Number(from), toSeq }),
    };
  });
}
const row = (seq: number) => screen.findByRole('row', { name: new RegExp(`^${seq} `) });

beforeEach(() => backend.use(answers('me', persona('reader')), answers('getStream', stream())));

describe('messages as they come', () => {
  it('appear by themselves, stand still while paused, and follow then', async () => {
    let last = 100;
    const asked: Asked[] = [];
    backend.use(storing(() => last, asked));
    const user = open('');
    await user.click(await screen.findByRole('button', { name: 'Live' }));
    await waitFor(() => expect(urlShown()).toContain('live=1'));
    await row(100);
    last = 102;
    await row(102);
    expect(screen.getByTestId('tail').textContent).toContain('2 since you began');
    await user.keyboard('p');
    expect(screen.getByTestId('tail').textContent).toContain('Paused');
    expect(screen.getByTestId('tail').textContent).toContain('at sequence 102');
    const before = asked.length;
    last = 104;
    // Going on asks at once, so what was asked in between shows in the count.
    await user.click(screen.getByRole('button', { name: 'Go on' }));
    await row(104);
    await row(103);
    expect(asked[before]?.query.get('seq')).toBe('103');
  });
  it('keep to the filter of the form, contents too', async () => {
    const asked: Asked[] = [];
    backend.use(storing(() => 100, asked));
    open('&live=1&subject=orders.paid&text=o-17');
    await row(100);
    await waitFor(() => expect(asked.length).toBeGreaterThan(1));
    for (const { query } of asked)
      expect(Object.fromEntries(query)).toMatchObject({ subject: 'orders.paid', text: 'o-17' });
  });
  it('say what is wrong and end their asking where the server refuses', async () => {
    backend.use(refuses('listMessages', 403, 'forbidden', { detail: 'Not for you.' }));
    const user = open('&live=1');
    expect(await screen.findByText('Not for you.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'End live' }));
    await waitFor(() => expect(urlShown()).not.toContain('live'));
  });
  it('are offered at the newest end alone', async () => {
    backend.use(storing(() => 100));
    open('&direction=newer');
    await screen.findByRole('form', { name: 'Which messages' });
    expect(await screen.findByText(/oldest first/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Live' })).toBeNull();
  });
});
