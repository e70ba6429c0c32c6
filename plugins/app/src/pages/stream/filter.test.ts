// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { filterFrom, filterToQuery, filterToUrl, instantOf, isNarrowed, isSearch } from './filter';
import { endText, fractionOf, progressText, type Progress } from './progress';

const from = (url: Record<string, string>) => filterFrom((key) => url[key]);

describe('filter in the URL', () => {
  it('starts with the newest', () => {
    expect(from({}).from).toBe('newest');
    expect(filterToQuery(from({}))).toEqual({ direction: 'older' });
  });
  it.each([
    [{ direction: 'newer' }, 'oldest', { direction: 'newer' }],
    [{ seq: '42' }, 'seq', { seq: '42', direction: 'older' }],
    [{ seq: '42', direction: 'newer' }, 'seq', { seq: '42', direction: 'newer' }],
    [
      { time: '2026-01-01T00:00:00Z', direction: 'newer' },
      'time',
      { time: '2026-01-01T00:00:00Z', direction: 'newer' },
    ],
    [{ subject: 'a.>', text: ' x ' }, 'newest', { subject: 'a.>', text: ' x ', direction: 'older' }],
  ])('%j', (url, start, query) => {
    expect(from(url).from).toBe(start);
    expect(filterToQuery(from(url))).toEqual(query);
  });
  it('comes back from the URL as it went in', () => {
    const filter = from({ seq: '7', direction: 'newer', header: 'A: b', regex: '^x', jsonPath: '$.a > 1' });
    const url = Object.fromEntries(Object.entries(filterToUrl(filter)).filter(([, value]) => value)) as Record<
      string,
      string
    >;
    expect(from(url)).toEqual(filter);
  });
  it('leaves the other start behind when one is chosen', () =>
    expect(filterToUrl({ ...from({ seq: '7' }), from: 'oldest' })).toMatchObject({ seq: null, direction: 'newer' }));
  it('a subject is a page of the stream, content is a search', () => {
    expect([isSearch(from({ subject: 'a' })), isNarrowed(from({ subject: 'a' }))]).toEqual([false, true]);
    for (const key of ['header', 'text', 'regex', 'jsonPath']) expect(isSearch(from({ [key]: 'x' }))).toBe(true);
  });
});

describe('times as people write them', () => {
  it.each([
    ['2026-01-31T14:00:00Z', '2026-01-31T14:00:00.000Z'],
    ['2026-01-31T14:00:00+02:00', '2026-01-31T12:00:00.000Z'],
  ])('%s', (text, iso) => expect(instantOf(text)).toBe(iso));
  it('takes a day and a time in the set time zone', () =>
    expect(instantOf('2026-01-31 14:00')).toBe(new Date('2026-01-31T14:00').toISOString()));
  it('takes a time relative to now', () => {
    const ago = Date.now() - Date.parse(instantOf('now-15m') ?? '');
    expect(Math.round(ago / 60_000)).toBe(15);
  });
  it.each(['', 'yesterday', '2026-13-45', '14:00', 'now-15'])('refuses %j', (text) =>
    expect(instantOf(text)).toBeNull(),
  );
});

describe('progress', () => {
  const at = (changes: Partial<Progress>): Progress => ({
    scanned: 0,
    unread: 0,
    matched: 0,
    atSeq: 1,
    fromSeq: 1,
    toSeq: 100,
    bytes: 0,
    done: false,
    why: null,
    ...changes,
  });
  it.each([
    [101, 'older', 0],
    [51, 'older', 0.5],
    [1, 'older', 1],
    [1, 'newer', 0],
    [51, 'newer', 0.5],
    [101, 'newer', 1],
  ] as const)('at %d going %s: %d', (atSeq, direction, fraction) =>
    expect(fractionOf(at({ atSeq }), direction)).toBe(fraction),
  );
  it('an empty stream is looked through', () => expect(fractionOf(at({ fromSeq: 1, toSeq: 0 }), 'older')).toBe(1));
  it('says what was looked at', () => {
    expect(progressText(at({ scanned: 12_345, matched: 1 }))).toBe('12,345 messages looked at, 1 matches');
    expect(progressText(at({ scanned: 3, unread: 2 }))).toBe(
      '3 messages looked at, 0 match, 2 too large for a JSON path',
    );
    expect(endText(at({ why: 'end' }))).toBe('That was all of it.');
    expect(endText(at({}))).toBe('');
  });
});
