import { describe, expect, it } from 'vitest';
import { secondsOf } from './duration';

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['853µs', 853e-6],
    ['7.069231ms', 7.069231e-3],
    ['1m2.5s', 62.5],
    ['3h2m1s', 10_921],
    ['1y2d3h4m5s', 365 * 86_400 + 2 * 86_400 + 3 * 3600 + 245],
    ['', null],
    ['soon', null],
    ['5 s', null],
    [undefined, null],
  ])('%s', (text, seconds) => {
    const found = secondsOf(text);
    if (seconds === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(seconds, 9);
  });
});
