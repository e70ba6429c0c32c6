// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { bytesPerSecond, drainWords, foretold, heldFor, limitWords, perSecond } from './words';

const forecast = (changes: Partial<Parameters<typeof limitWords>[0]> = {}) => ({
  toLimitSeconds: null,
  limitBy: null,
  drainSeconds: null,
  why: null,
  asOf: null,
  ...changes,
});
const MiB = 1024 ** 2;
const stream = { maxBytes: 64 * MiB, maxMessages: -1, maxAgeSeconds: 0, discard: 'old' };
const threeDays = 3 * 86_400 + 4 * 3600 + 10;

describe('a limit in words', () => {
  it('says when, at which pace, and what happens then', () => {
    const soon = forecast({ toLimitSeconds: threeDays, limitBy: 'bytes' });
    expect(limitWords(soon, stream)).toBe(
      'Full in about 3 d 4 h at the pace of the last hour (64 MiB); then the oldest messages go.',
    );
    expect(limitWords({ ...soon, limitBy: 'messages' }, { ...stream, maxMessages: 20_000, discard: 'new' })).toBe(
      'Full in about 3 d 4 h at the pace of the last hour (20,000 messages); then new messages are refused.',
    );
  });
  it('says that it is there already', () =>
    expect(limitWords(forecast({ toLimitSeconds: 0, limitBy: 'bytes' }), stream)).toBe(
      'At its limit of 64 MiB: for each new message the oldest go.',
    ));
  it('says why nothing can be said', () =>
    expect(limitWords(forecast({ why: 'It is not growing.' }), stream)).toBe('It is not growing.'));
  it('says what bounds a stream without limits', () => {
    const open = { ...stream, maxBytes: -1 };
    expect(limitWords(forecast(), { ...open, maxAgeSeconds: 7 * 86_400 })).toContain('when they are 7 d old');
    expect(limitWords(forecast(), open)).toContain('No limit: it grows until');
  });
});

describe('catching up in words', () => {
  it.each([
    [{ drainSeconds: 720, why: null }, 1204, 'Caught up in about 12 min at the pace of the last hour.'],
    [
      { drainSeconds: null, why: 'It is not catching up: its lag does not fall.' },
      9,
      'It is not catching up: its lag does not fall.',
    ],
    [{ drainSeconds: 0, why: null }, null, 'Nothing waits.'],
    // The samples are some seconds behind what the server says now.
    [{ drainSeconds: 720, why: null }, 0, 'Nothing waits.'],
  ])('%o at a lag of %s', (given, lag, words) => expect(drainWords(given, lag)).toBe(words));
});

describe('figures in words', () => {
  it.each([
    [null, '–'],
    [0, '0/s'],
    [0.004, '0.004/s'],
    [8.74, '8.7/s'],
    [1234.5, '1,235/s'],
  ])('a rate of %s is %s', (value, text) => expect(perSecond(value)).toBe(text));
  it.each([
    [2980, '+2.9 KiB/s'],
    [-12, '−12 B/s'],
  ])('a growth of %s is %s', (value, text) => expect(bytesPerSecond(value)).toBe(text));
  it.each([
    [9e8, 'more than a year'],
    [2156, '36 min'],
    [95, '1 min 35 s'],
  ])('a guess of %s s is %s', (seconds, text) => expect(foretold(seconds)).toBe(text));
  it.each([
    [0, 'since just now'],
    [42, 'for 42 s'],
    [375, 'for 6 min'],
    [7500, 'for 2 h 5 min'],
    [86_400, 'for a day or longer'],
  ])('%s s is %s', (seconds, text) => expect(heldFor(seconds)).toBe(text));
});
