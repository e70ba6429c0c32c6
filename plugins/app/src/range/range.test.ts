// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { pickedRange, pickerValue, rangeOf, shifted, zoomedOut } from './range';

const now = Date.parse('2026-03-01T12:00:00Z');
const hour = 3_600_000;
const range = (fromMs: number, toMs: number) => ({ from: String(fromMs), to: String(toMs) });

describe('a range in the URL', () => {
  it.each([
    ['relative', 'now-6h', 'now'],
    ['absolute', String(now - hour), String(now)],
    ['mixed', String(now - hour), 'now'],
    ['rounded', 'now/d', 'now/d'],
  ])('is taken: %s', (_name, from, to) => expect(rangeOf(from, to, now)).toEqual({ from, to }));
  it.each([
    ['half of one', 'now-6h', undefined],
    ['no time', 'yesterday', 'now'],
    ['one that ends before it starts', 'now', 'now-1h'],
    ['an injected text', 'now-1h&x=1', 'now'],
  ])('is none: %s', (_name, from, to) => expect(rangeOf(from, to, now)).toBeNull());
});

describe('the picker', () => {
  it('shows a relative range as such, and gives it back as such', () =>
    expect(pickedRange(pickerValue({ from: 'now-6h', to: 'now' }, now))).toEqual({ from: 'now-6h', to: 'now' }));
  it('gives instants back as milliseconds', () =>
    expect(pickedRange(pickerValue(range(now - hour, now), now))).toEqual(range(now - hour, now)));
});

describe('moving about', () => {
  it('goes back by half', () =>
    expect(shifted(range(now - 2 * hour, now), -1, now)).toEqual(range(now - 3 * hour, now - hour)));
  it('goes on by half, and not beyond now', () => {
    expect(shifted(range(now - 9 * hour, now - 5 * hour), 1, now)).toEqual(range(now - 7 * hour, now - 3 * hour));
    expect(shifted(range(now - 2 * hour, now), 1, now)).toEqual(range(now - 2 * hour, now));
  });
  it('zooms out around the middle, or back from now', () => {
    expect(zoomedOut(range(now - 9 * hour, now - 7 * hour), now)).toEqual(range(now - 10 * hour, now - 6 * hour));
    expect(zoomedOut(range(now - hour, now), now)).toEqual(range(now - 2 * hour, now));
  });
});
