import { expect, it } from 'vitest';
import { parseRange } from './range';

it.each([
  [undefined, null],
  ['', null],
  ['bytes=-', null],
  ['lines=0-1', null],
  ['bytes=0-1,4-5', null],
  ['bytes=5-3', null],
  ['bytes=0-0', { from: 0, to: 0 }],
  ['bytes=3-', { from: 3, to: 9 }],
  ['bytes=3-100', { from: 3, to: 9 }],
  ['bytes=-4', { from: 6, to: 9 }],
  ['bytes=-40', { from: 0, to: 9 }],
  ['bytes=-0', 'outside'],
  ['bytes=10-', 'outside'],
  ['bytes=10-12', 'outside'],
] as const)('%s of ten bytes', (header, span) => expect(parseRange(header, 10)).toEqual(span));
it('has no range in nothing', () => {
  expect(parseRange('bytes=0-', 0)).toBe('outside');
  expect(parseRange('bytes=-1', 0)).toBe('outside');
});
