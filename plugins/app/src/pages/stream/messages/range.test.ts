// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { filterFrom } from '../filter';
import { rangeOf, rangeWords } from './range';

const filter = (parts: Record<string, string>) => filterFrom((key) => parts[key]);

describe('the part of a stream that the list is narrowed to', () => {
  it.each<[string, Record<string, string>, object, string]>([
    ['all of it', {}, {}, 'All messages'],
    ['oldest first', { direction: 'newer' }, {}, 'All messages'],
    ['a subject', { subject: 'orders.>' }, { subject: 'orders.>' }, 'What the filter finds'],
    ['from a sequence on', { seq: '7', direction: 'newer' }, { fromSeq: 7 }, 'All messages, from sequence 7'],
    ['up to a sequence', { seq: '7', text: 'x' }, { toSeq: 7, text: 'x' }, 'What the filter finds, up to sequence 7'],
    [
      'before a time',
      { time: '2026-01-31T10:00:00Z' },
      { toTime: '2026-01-31T10:00:00Z' },
      'All messages, before 2026-01-31T10:00:00Z',
    ],
  ])('%s', (_, parts, range, words) => {
    expect(JSON.parse(JSON.stringify(rangeOf(filter(parts))))).toEqual(range);
    expect(rangeWords(filter(parts))).toBe(words);
  });
});
