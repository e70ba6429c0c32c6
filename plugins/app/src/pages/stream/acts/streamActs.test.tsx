// @vitest-environment happy-dom
import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answers, persona, fakeBackend, type Asked } from '../../../testing/backend';
import { clusterId, provenance, stream } from '../../../testing/samples';
import { show, urlShown } from '../../../testing/show';
import { StreamPage } from '../StreamPage';

const backend = fakeBackend();
const open = (search: string) =>
  show(<StreamPage />, {
    path: 'clusters/:cluster/streams/:stream',
    at: `clusters/${clusterId}/streams/ORDERS?tab=config${search}`,
  });
const impact = answers('getStreamImpact', {
  messages: 100,
  bytes: 10_000,
  subjects: 1,
  consumers: { total: 1, names: ['billing'] },
  drawnBy: [{ stream: 'ORDERS_MIRROR', as: 'mirror' }],
  drawnByHidden: 0,
  provenance,
});
const asAdmin = [answers('me', persona('admin')), answers('getStream', stream()), impact];
const counted = answers('planPurge', ({ body }: Asked) => ({
  messages: JSON.stringify(body) === '{}' ? 100 : 7,
  of: 100,
  countedBy: 'STREAM.INFO',
  firstSeq: 1,
  lastSeq: 100,
  refusals: [],
}));

describe('a purge', () => {
  it('counts first, lists what is touched, and takes the typed name', async () => {
    const purged: unknown[] = [];
    backend.use(
      ...asAdmin,
      counted,
      answers('purgeStream', ({ body }: Asked) => {
        purged.push(body);
        return { purged: 7 };
      }),
    );
    const user = open('&act=purge');
    const dialog = await screen.findByRole('dialog');
    expect((await within(dialog).findByText('100 of 100 messages go')).tagName).toBeTruthy();
    const touched = await within(dialog).findByRole('region', { name: 'What is touched' });
    expect(touched.textContent).toContain('billing');
    expect(touched.textContent).toContain('ORDERS_MIRROR (mirror)');
    const button = within(dialog).getByRole<HTMLButtonElement>('button', { name: 'Purge' });
    const name = within(dialog).getByRole('textbox', { name: /to confirm/ });
    await user.type(name, 'ORDER');
    expect(button.disabled).toBe(true);
    await user.type(name, 'S');
    expect(button.disabled).toBe(false);
    await user.click(within(dialog).getByRole('radio', { name: 'All but the newest' }));
    await waitFor(() => expect(button.disabled).toBe(true));
    await user.type(within(dialog).getByLabelText(/Newest messages that stay/), '93');
    await within(dialog).findByText('7 of 100 messages go');
    await waitFor(() => expect(button.disabled).toBe(false));
    await user.click(button);
    expect((await screen.findByTestId('done')).textContent).toContain('7 messages are purged.');
    expect(purged).toEqual([{ keep: 93, confirm: 'ORDERS' }]);
    expect(urlShown()).not.toContain('act');
  });
  it('is not offered to an editor, and a link to it names the role', async () => {
    backend.use(answers('me', persona('editor')), answers('getStream', stream()));
    open('&act=purge');
    expect((await screen.findByTestId('no-access')).textContent).toContain('admin');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.queryByRole('button', { name: /^Actions on/ })).toBeNull();
  });
});

it('the menu opens what may be done, and says why the rest cannot', async () => {
  backend.use(answers('getStream', stream({ sealed: true })), ...asAdmin);
  const user = open('');
  await user.click(await screen.findByRole('button', { name: 'Actions on the stream ORDERS' }));
  const purge = await screen.findByRole('menuitem', { name: /Purge messages/ });
  expect(purge.textContent).toContain('It is sealed.');
  await user.click(screen.getByRole('menuitem', { name: /^Delete/ }));
  const dialog = await screen.findByRole('dialog');
  expect(dialog.textContent).toContain('Delete ORDERS');
});

it('a deleted stream leads back to the list', async () => {
  backend.use(...asAdmin, answers('deleteStream', { deleted: true, config: {}, messages: 100 }));
  const user = open('&act=delete');
  const dialog = await screen.findByRole('dialog');
  await user.type(within(dialog).getByRole('textbox', { name: /to confirm/ }), 'ORDERS');
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }));
  await screen.findByText('another page');
  expect(urlShown()).toBe(`streams?cluster=${clusterId}`);
});
