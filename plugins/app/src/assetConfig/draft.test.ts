// @vitest-environment happy-dom
import { diffConfigs } from '@jetstream-console/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsOf, lockOf, rebased, threeWay, withField } from './draft';
import { formatText } from './codecs';
import { consumerEditors, streamEditors } from './editors';

const begun = { name: 'ORDERS', subjects: ['orders.>'], max_msgs: 100, max_age: 1e9, description: 'a' };

describe('a draft', () => {
  it('takes a field out where nothing is wanted', () =>
    expect(withField(begun, 'max_msgs', undefined)).toEqual({
      name: 'ORDERS',
      subjects: ['orders.>'],
      max_age: 1e9,
      description: 'a',
    }));
  it.each([
    [{ ...begun, max_age: '1x' }, 'max_age'],
    [{ ...begun, subjects: ['a b'] }, 'subjects'],
    [{ ...begun, name: '' }, 'name'],
    [{ ...begun, sources: [{ name: 'a.b' }] }, 'sources'],
  ])('%j has a fault in %s alone', (draft, field) =>
    expect(Object.keys(faultsOf('stream', begun, draft))).toEqual([field]),
  );
  it('does not judge what stood there before', () => {
    const odd = { ...begun, first_seq: 2 ** 60 };
    expect(faultsOf('stream', odd, { ...odd, max_msgs: 5 })).toEqual({});
  });
  it.each([
    ['name', undefined, 5, 'kept'],
    ['allow_atomic', undefined, 1, 'needs NATS 2.12 or newer; the server that leads this cluster is a 2.11'],
    ['allow_atomic', true, 1, null],
    ['allow_atomic', undefined, 2, null],
    ['max_msgs', undefined, 0, null],
  ])('%s with %s on level %s: %s', (field, value, level, reason) =>
    expect(lockOf('stream', field, value, level, [{ field: 'name', reason: 'kept' }])).toBe(reason),
  );
});

describe('an edit of what somebody else changed meanwhile', () => {
  const now = { ...begun, max_msgs: 50, max_age: 2e9 };
  const wanted = { ...begun, max_msgs: 70, description: 'b' };
  it('tells who changed what', () =>
    expect(threeWay(begun, now, wanted).map(({ field, by }) => [field, by])).toEqual([
      ['description', 'me'],
      ['max_age', 'them'],
      ['max_msgs', 'both'],
    ]));
  it('is silent where both wrote the same', () =>
    expect(threeWay(begun, { ...begun, max_msgs: 7 }, { ...begun, max_msgs: 7 })).toEqual([]));
  it.each([
    [[], 50],
    [['max_msgs'], 70],
  ])('goes on from there; mine of %j', (mine, max) =>
    expect(rebased(begun, now, wanted, new Set(mine))).toEqual({
      ...begun,
      max_age: 2e9,
      description: 'b',
      max_msgs: max,
    }),
  );
  it('loses nothing that one side alone changed', () => {
    const config = fc.dictionary(
      fc.constantFrom('max_msgs', 'max_age', 'description', 'subjects', 'sealed'),
      fc.nat(3),
    );
    fc.assert(
      fc.property(config, config, config, (a, b, c) => {
        const merged = rebased(a, b, c, new Set());
        for (const { field, by, before, after } of threeWay(a, b, c))
          expect(diffConfigs({ [field]: merged[field] }, { [field]: by === 'me' ? after : before })).toEqual([]);
      }),
    );
  });
});

describe('a value in its box', () => {
  it.each([
    ['max_bytes', 67_108_864, '64 MiB'],
    ['max_bytes', -1, ''],
    ['max_age', 604_800e9, '7d'],
    ['subjects', ['a', 'b'], 'a\nb'],
    ['metadata', { owner: 'x' }, 'owner: x'],
    // A box would lose the line break, or cut the key at its colon.
    ['metadata', { note: 'two\nlines' }, null],
    ['metadata', { 'a:b': 'x' }, null],
    ['max_msgs', 'many', 'many'],
    ['max_msgs', true, null],
  ] as const)('%s %j reads %j', (field, value, text) => {
    const editor = streamEditors[field];
    if (editor.kind === 'object' || editor.kind === 'objects' || editor.kind === 'switch' || editor.kind === 'choice')
      throw new Error(`${field} is not edited as text`);
    expect(formatText(editor, field, value)).toBe(text);
  });
  it('of no limit says so where that is not the default', () => {
    const editor = consumerEditors.max_ack_pending;
    expect(editor.kind === 'count' && formatText(editor, 'max_ack_pending', -1)).toBe('-1');
  });
});
