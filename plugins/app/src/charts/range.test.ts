// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { drawnRange, resolveRange, secondsBack } from './range';

const now = Date.parse('2026-01-01T12:00:00Z');
const hour = 3_600_000;

describe('a time range of a URL', () => {
  it.each([
    ['1767268800000', '1767272400000', 1_767_268_800_000, 1_767_272_400_000],
    ['not a time', 'now', now - hour, now],
    ['now', 'now-1h', now - hour, now],
    ['', '', now - hour, now],
  ])('%j to %j', (from, to, fromMs, toMs) => {
    expect(resolveRange({ from, to }, now)).toEqual({ fromMs, toMs });
  });

  it('moves with the clock where it is relative', () => {
    expect(resolveRange({ from: 'now-6h', to: 'now' }, now)).toEqual({ fromMs: now - 6 * hour, toMs: now });
    expect(secondsBack({ from: 'now-6h', to: 'now-1h' })).toBe(5 * 3600);
  });

  it('is written as milliseconds when it was drawn, and reads back', () => {
    const range = drawnRange(1_767_268_800_000.4, 1_767_272_400_000);
    expect(range).toEqual({ from: '1767268800000', to: '1767272400000' });
    expect(secondsBack(range)).toBe(3600);
  });

  it('gives a rule at least a minute to look back over', () => {
    expect(secondsBack(drawnRange(1_767_268_800_000, 1_767_268_801_000))).toBe(60);
  });
});
