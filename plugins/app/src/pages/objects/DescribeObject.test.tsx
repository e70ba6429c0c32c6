// @vitest-environment happy-dom
import type { ObjectRow } from '@jetstream-console/contract';
import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { answers, fakeBackend, persona, type Asked } from '../../testing/backend';
import { clusterId } from '../../testing/samples';
import { show } from '../../testing/show';
import { DescribeObject } from './DescribeObject';

const backend = fakeBackend();
const object: ObjectRow = {
  name: 'report.pdf',
  description: 'before',
  size: 1000,
  chunks: 1,
  chunkBytes: 131_072,
  digest: null,
  modified: '2026-03-01T12:00:00.000Z',
  revision: 7,
  headers: {},
  metadata: {},
  link: null,
};

function open(ttlSeconds: number, row = object) {
  const done: string[] = [];
  const asked: Asked[] = [];
  backend.use(
    answers('me', persona('editor')),
    answers('describeObject', (request) => {
      asked.push(request);
      return { object: { ...row, revision: 8 } };
    }),
  );
  const user = show(
    <DescribeObject
      clusterId={clusterId}
      store="files"
      ttlSeconds={ttlSeconds}
      object={row}
      onDone={(words) => done.push(words)}
      onClose={() => undefined}
    />,
    { path: 'objects', at: 'objects' },
  );
  return { user, done, asked };
}

it('sends what was changed alone', async () => {
  const { user, done, asked } = open(0);
  const box = await screen.findByLabelText('Description');
  await user.clear(box);
  await user.type(box, 'after');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(done).toHaveLength(1));
  expect(asked.map(({ body }) => body)).toEqual([{ name: 'report.pdf', basedOn: 7, description: 'after' }]);
});

it('says in a store with a time to live that the content goes before what is said of it', async () => {
  open(3600);
  expect(await screen.findByText('What lies in this store expires 1 h after it was written')).toBeTruthy();
  expect(screen.getByText(/still listed and cannot be downloaded/)).toBeTruthy();
});

it.each<[string, number, ObjectRow]>([
  ['keeps all for good', 0, object],
  ['holds a link, which has no content', 3600, { ...object, link: { store: 'other', name: 'x' } }],
])('says nothing of it where the store %s', async (_, ttlSeconds, row) => {
  open(ttlSeconds, row);
  await screen.findByLabelText('Description');
  expect(screen.queryByText(/expires/)).toBeNull();
});
