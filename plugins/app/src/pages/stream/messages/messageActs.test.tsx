// @vitest-environment happy-dom
import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { answers, fakeBackend, persona, type Asked } from '../../../testing/backend';
import { clusterId, message, messagePage, stream } from '../../../testing/samples';
import { show } from '../../../testing/show';
import { StreamPage } from '../StreamPage';

const backend = fakeBackend();
const open = (search: string) =>
  show(<StreamPage />, {
    path: 'clusters/:cluster/streams/:stream',
    at: `clusters/${clusterId}/streams/ORDERS?tab=messages${search}`,
  });
const as = (role: Parameters<typeof persona>[0]) => [
  answers('me', persona(role)),
  answers('getStream', stream()),
  answers('listMessages', messagePage([message(7)])),
];

describe('publishing', () => {
  it('sends what was filled in, and shows what the stream acknowledged', async () => {
    const sent: unknown[] = [];
    backend.use(
      ...as('operator'),
      answers('publishMessage', ({ body }: Asked) => {
        sent.push(body);
        return { stream: 'ORDERS', seq: 101, duplicate: sent.length > 1, domain: null, counter: null };
      }),
    );
    const user = open('&act=publish');
    const subject = await screen.findByLabelText(/Subject/, { selector: '#publish-subject' });
    await user.type(subject, 'orders.eu');
    await user.click(screen.getByRole('button', { name: 'Publish' }));
    expect((await screen.findByTestId('pub-ack')).textContent).toContain('Stored in ORDERS as message 101');
    await user.click(screen.getByRole('button', { name: 'Publish' }));
    await waitFor(() => expect(screen.getByTestId('pub-ack').textContent).toContain('has this id already'));
    expect(sent[0]).toMatchObject({ subject: 'orders.eu', payload: { encoding: 'text', data: '' }, headers: [] });
  });
  it('is not offered to a reader, and a link to it names the role', async () => {
    backend.use(...as('reader'));
    open('&act=publish');
    expect((await screen.findByTestId('no-access')).textContent).toContain('operator');
  });
});

it('deletes a message once the name of the stream is typed', async () => {
  const sent: unknown[] = [];
  backend.use(
    ...as('admin'),
    answers('deleteMessage', ({ body }: Asked) => {
      sent.push(body);
      return { deleted: true, seq: 7, subject: 'orders.eu', erased: true };
    }),
  );
  const user = open('&msg=7&act=delete-message');
  const dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('radio', { name: 'Erase' }));
  await user.type(within(dialog).getByRole('textbox', { name: /to confirm/ }), 'ORDERS');
  await user.click(within(dialog).getByRole('button', { name: 'Erase' }));
  expect((await screen.findByTestId('done')).textContent).toContain('is erased');
  expect(sent).toEqual([{ erase: true, confirm: 'ORDERS' }]);
});

it('exports what the list is narrowed to', async () => {
  backend.use(...as('editor'));
  open('&act=export&subject=orders.eu');
  const link = await screen.findByRole('link', { name: 'Download' });
  expect(link.getAttribute('href')).toMatch(/messages\/export\?subject=orders.eu&as=ndjson$/);
});
