// @vitest-environment happy-dom
import { screen, waitFor, within } from '@testing-library/react';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { answers, persona, fakeBackend, type Asked } from '../../testing/backend';
import { at, bucket, clusterId, payload, provenance } from '../../testing/samples';
import { show, urlShown } from '../../testing/show';
import { BucketPage } from './BucketPage';
import { folderOf, nameIn, stepsTo } from './tree';

describe('the way to a prefix', () => {
  it.each([
    ['', [], ''],
    ['eu', [], 'eu'],
    ['eu.', [['eu', 'eu.']], ''],
    [
      'eu.cart.re',
      [
        ['eu', 'eu.'],
        ['cart', 'eu.cart.'],
      ],
      're',
    ],
  ])('%j', (prefix, folders, search) =>
    expect(stepsTo(prefix)).toEqual({ folders: folders.map(([name, to]) => ({ name, prefix: to })), search }),
  );
  it('names a key by what its folder does not say', () => {
    expect(nameIn('eu.cart.retries', 'eu.')).toBe('cart.retries');
    expect(folderOf('eu.cart.retries')).toBe('eu.cart.');
    expect(folderOf('top')).toBe('');
  });
});

const backend = fakeBackend();
const open = (search = '') =>
  show(<BucketPage />, { path: 'clusters/:cluster/kv/:bucket', at: `clusters/${clusterId}/kv/config${search}` });
type Entry = ResponseOf<Routes['getKey']>['entry'];
const entry = (revision: number, text: string, changes: Partial<Entry> = {}): Entry => ({
  key: 'eu.timeout',
  revision,
  operation: 'put',
  time: at,
  payload: payload(text),
  ttlSeconds: null,
  markerReason: null,
  ...changes,
});
const keys = (items: ResponseOf<Routes['listKeys']>['items']) => ({
  items,
  nextCursor: null,
  total: items.length,
  provenance,
  complete: true,
});

describe('a bucket', () => {
  it('shows a viewer what it is, and says why no keys', async () => {
    backend.use(answers('me', persona('viewer')), answers('getBucket', bucket()));
    open();
    expect((await screen.findByTestId('no-access')).textContent).toContain('reader');
    expect(screen.getByText('5 a key')).toBeTruthy();
    expect(screen.queryByRole('textbox', { name: 'Key begins with' })).toBeNull();
  });
  it('opens folders, and lists what lies in them', async () => {
    backend.use(
      answers('me', persona('reader')),
      answers('getBucket', bucket()),
      answers('listKeys', ({ query }: Asked) =>
        query.get('prefix') === 'eu.'
          ? keys([{ key: 'eu.timeout', revisions: 2, keys: null, entry: entry(9, '2500') }])
          : keys([{ key: 'eu.', revisions: 4, keys: 3, entry: null }]),
      ),
    );
    const user = open();
    await user.click(await screen.findByText('eu.'));
    expect(await screen.findByText('timeout')).toBeTruthy();
    expect(screen.getByText('2500')).toBeTruthy();
    expect(urlShown()).toContain('prefix=eu.');
    await user.click(
      within(screen.getByRole('navigation', { name: 'Folder' })).getByRole('button', { name: 'config' }),
    );
    expect(await screen.findByText('3 keys')).toBeTruthy();
  });
  it('shows a key by its link, its revisions, and what changed between two', async () => {
    const newest = entry(9, '{"ms":2500}');
    const history = [
      newest,
      entry(7, '{"ms":2000}'),
      entry(5, '', { operation: 'delete', markerReason: 'MaxAge', payload: payload('', { format: 'empty' }) }),
    ];
    backend.use(
      answers('me', persona('reader')),
      answers('getBucket', bucket()),
      answers('listKeys', ({ query }: Asked) => {
        expect(query.get('prefix')).toBe('eu.');
        return keys([{ key: 'eu.timeout', revisions: 3, keys: null, entry: newest }]);
      }),
      answers('getKey', { entry: newest, history, provenance }),
    );
    const user = open('?key=eu.timeout');
    const panel = await screen.findByTestId('key');
    expect((await within(panel).findByLabelText('Changes')).textContent).toContain('- { "ms": 2000 }');
    expect(within(panel).getByText(/by the server: it expired/)).toBeTruthy();
    await user.click(within(panel).getByText('5'));
    expect(await within(panel).findByText('The key has no value since this revision.')).toBeTruthy();
    expect(urlShown()).toContain('rev=5');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(urlShown()).not.toContain('key='));
  });
});
