// @vitest-environment happy-dom
import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { answers, fakeBackend, persona } from '../../testing/backend';
import { cluster, clusterId, connected } from '../../testing/samples';
import { show } from '../../testing/show';
import { StreamsPage } from './StreamsPage';

const backend = fakeBackend();
const open = (who: 'admin' | 'editor', readOnly = false) => {
  backend.use(
    answers('me', persona(who)),
    answers('listClusters', { items: [{ ...cluster(), status: connected, readOnly }], nextCursor: null, total: 1 }),
    answers('getCluster', { ...cluster(), readOnly, status: connected }),
    answers('restoreStream', { restored: true, messages: 42, bytes: 1, firstSeq: 1, lastSeq: 42, consumers: 0 }),
  );
  return show(<StreamsPage />, { path: 'streams', at: `streams?cluster=${clusterId}&restore=1` });
};

it('takes a backup once the stream in it is named', async () => {
  const user = open('admin');
  const name = await screen.findByRole('textbox', { name: /Name of the stream/ });
  await user.type(name, 'OR.DERS');
  await screen.findByText('No stream is called so.');
  expect(screen.queryByLabelText('Backup file')).toBeNull();
  await user.clear(name);
  await user.type(name, 'ORDERS');
  await user.upload(await screen.findByLabelText('Backup file'), new File(['tar'], 'ORDERS.backup.tar'));
  expect((await screen.findByTestId('restored')).textContent).toContain('ORDERS is back with 42 messages');
});

it.each([
  ['an editor', 'editor', false],
  ['anybody while the cluster is read-only', 'admin', true],
] as const)('is not offered to %s', async (_name, who, readOnly) => {
  open(who, readOnly);
  await waitFor(() => expect(screen.getByTestId('no-access')).toBeTruthy());
  expect(screen.queryByRole('textbox')).toBeNull();
});
