// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { ago, bytes, count, duration, limit, percent } from './format';

describe('figures', () => {
  it.each([
    [0, '0 s'],
    [0.45, '450 ms'],
    [59, '59 s'],
    [61, '1 min 1 s'],
    [3600, '1 h'],
    [86_400 * 2 + 3600 * 3 + 59, '2 d 3 h'],
  ])('duration %d -> %s', (s, text) => expect(duration(s)).toBe(text));
  it('shows what nobody knows as a dash, and zero as zero', () => {
    expect([bytes(null), count(undefined), percent(null)]).toEqual(['–', '–', '–']);
    expect([bytes(0), count(0), percent(0)]).toEqual(['0 B', '0', '0 %']);
  });
  it('does not round a full stream up before it is full', () => {
    expect([percent(0.999), percent(1), percent(1.2)]).toEqual(['99 %', '100 %', '120 %']);
  });
  it('knows -1 as no limit', () => expect([limit(-1, bytes), limit(1024, bytes)]).toEqual(['no limit', '1 KiB']));
  it.each([
    [0, 'now'],
    [-5, 'now'],
    [59, '59 s ago'],
    [60, '1 min ago'],
    [7300, '2 h ago'],
    [86_400 * 3.5, '3 d ago'],
  ])('%d s before now: %s', (seconds, text) =>
    expect(ago(new Date(1_800_000_000_000 - seconds * 1000).toISOString(), 1_800_000_000_000)).toBe(text),
  );
  it('never is no time', () => expect(ago(null)).toBe('never'));
});
