// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { provenance } from '../../../testing/samples';
import { touchedWords } from './touchedWords';

const impact = {
  messages: 1204,
  bytes: 2048,
  subjects: 3,
  consumers: { total: 2, names: ['billing', 'mail'] },
  drawnBy: [
    { stream: 'COPY', as: 'mirror' as const },
    { stream: 'SALES', as: 'source' as const },
  ],
  drawnByHidden: 1,
  provenance,
};

it('names what a deletion takes with it, and what the asker may not see by number alone', () =>
  expect(touchedWords(impact, 'delete')).toEqual([
    '1,204 messages (2 KiB, 3 subjects) are lost',
    '2 consumers are deleted with their positions: billing, mail',
    '3 streams that copy from it keep what they have and get nothing more: COPY (mirror), SALES (source) and 1 more',
  ]));
it('says so where nothing hangs on it', () =>
  expect(
    touchedWords(
      { ...impact, messages: 1, subjects: null, consumers: { total: 0, names: [] }, drawnBy: [], drawnByHidden: 0 },
      'purge',
    ),
  ).toEqual(['no consumer reads it', 'no stream of this account copies from it']));
it('tells one message from many', () =>
  expect(touchedWords({ ...impact, messages: 1, subjects: null }, 'delete')[0]).toBe('1 message (2 KiB) is lost'));
it('counts consumers that may not be seen', () =>
  expect(touchedWords({ ...impact, consumers: { total: 2, names: [] } }, 'seal')[1]).toBe(
    '2 consumers still read what is there',
  ));
