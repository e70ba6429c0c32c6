import { describe, expect, it } from 'vitest';
import { intoFolders } from './kvFolders';

const keys = ['eu', 'eu.cart.retries', 'eu.cart.limits', 'eu.login', 'us.cart'].map((key, i) => ({
  key,
  revisions: i + 1,
}));

describe('folders of keys', () => {
  it('puts keys together by their first part, and lets a key stand beside the folder of its name', () =>
    expect(intoFolders(keys, '')).toEqual([
      { key: 'eu.', revisions: 9, keys: 3 },
      { key: 'us.', revisions: 5, keys: 1 },
      { key: 'eu', revisions: 1, keys: null },
    ]));
  it('goes on below a prefix', () =>
    expect(
      intoFolders(
        keys.filter(({ key }) => key.startsWith('eu.')),
        'eu.',
      ),
    ).toEqual([
      { key: 'eu.cart.', revisions: 5, keys: 2 },
      { key: 'eu.login', revisions: 4, keys: null },
    ]));
  it('takes a prefix that ends inside a part', () =>
    expect(
      intoFolders(
        keys.filter(({ key }) => key.startsWith('u')),
        'u',
      ),
    ).toEqual([{ key: 'us.', revisions: 5, keys: 1 }]));
  it('is empty of nothing', () => expect(intoFolders([], '')).toEqual([]));
});
