import { expect, it } from 'vitest';
import { ttlOf } from './kvValues';

it.each([
  ['90', 90],
  ['2s', 2],
  ['1h0m0s', 3600],
  ['1m30s', 90],
  ['1h1m1.5s', 3661.5],
  ['250ms', 0.25],
  ['never', null],
  ['1x', null],
  ['', null],
  [undefined, null],
])('a time to live of %s is %s seconds', (text, seconds) => {
  expect(ttlOf(text)).toEqual(seconds);
});
