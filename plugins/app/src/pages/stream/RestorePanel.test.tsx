// @vitest-environment happy-dom
import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { answers, fakeBackend, persona, refuses } from '../../testing/backend';
import { clusterId } from '../../testing/samples';
import { show } from '../../testing/show';
import { StreamPage } from './StreamPage';

const backend = fakeBackend();
const open = () =>
  show(<StreamPage />, { path: 'clusters/:cluster/streams/:stream', at: `clusters/${clusterId}/streams/ORDERS` });
const gone = [
  refuses('getStream', 404, 'stream_not_found', { detail: 'There is no such stream in this account.' }),
  answers('listStreamVersions', { items: [], nextCursor: null, total: null }),
];

it('takes a backup of a stream that is gone, and says what came back', async () => {
  backend.use(
    answers('me', persona('admin')),
    ...gone,
    answers('restoreStream', { restored: true, messages: 42, bytes: 1, firstSeq: 1, lastSeq: 42, consumers: 0 }),
  );
  const user = open();
  await screen.findByRole('button', { name: 'Choose a file' });
  await user.upload(screen.getByLabelText('Backup file'), new File(['tar'], 'ORDERS.backup.tar'));
  expect((await screen.findByTestId('restored')).textContent).toContain('ORDERS is back with 42 messages');
});

it('says why a backup is refused', async () => {
  backend.use(
    answers('me', persona('admin')),
    ...gone,
    refuses('restoreStream', 400, 'backup_unusable', { detail: 'This backup cannot be used: it breaks off.' }),
  );
  const user = open();
  await screen.findByRole('button', { name: 'Choose a file' });
  await user.upload(screen.getByLabelText('Backup file'), new File(['tar'], 'ORDERS.backup.tar'));
  await screen.findByText('This backup cannot be used: it breaks off.');
});

it('is not offered to an editor', async () => {
  backend.use(answers('me', persona('editor')), ...gone);
  open();
  await screen.findByText('There is no such stream in this account.');
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Choose a file' })).toBeNull());
});
