// @vitest-environment happy-dom
import type { DeadLetter } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { accountWords, fateOf } from './words';

const letter: DeadLetter = {
  id: '6f6b2c7e-7f0e-4a51-9c51-0d3a4d2b7a10',
  stream: 'ORDERS',
  consumer: 'billing',
  seq: 1,
  deliveries: 5,
  reason: 'terminated',
  why: null,
  at: '2026-11-25T12:00:00Z',
  state: 'open',
  by: null,
  retried: null,
  failure: null,
  run: null,
  copy: 'none',
  originalDeleted: false,
};
const by = { name: 'Ann', at: '2026-11-25T12:01:00Z' };
const retried = { subject: 'orders.eu', stream: 'ORDERS', seq: 1234, duplicate: false, edited: false };

describe('what became of a dead letter', () => {
  it.each([
    ['nothing yet', {}, null],
    ['sent', { state: 'retried', by, retried }, 'Sent by Ann as message 1,234 of ORDERS.'],
    [
      'sent edited, and stored before',
      { state: 'retried', by, retried: { ...retried, edited: true, duplicate: true } },
      'Sent edited by Ann as message 1,234 of ORDERS, which had it already.',
    ],
    ['dropped', { state: 'dropped', by }, 'Dropped by Ann.'],
    ['refused', { failure: 'maximum messages exceeded' }, 'The last try: maximum messages exceeded'],
    [
      'cut off',
      { state: 'retrying', by },
      'It is being sent, or whoever sent it was cut off. Look into the stream before you send it again.',
    ],
  ] as const)('%s', (_, changes, words) => {
    expect(fateOf({ ...letter, ...changes })).toBe(words);
  });
});

it('tells a bulk retry exactly', () => {
  const account = {
    run: letter.id,
    letters: 1200,
    retried: 1000,
    duplicates: 3,
    refused: 100,
    unknown: 1,
    untouched: 99,
    why: 'stopped' as const,
    failure: null,
  };
  expect(accountWords(account)).toEqual([
    '1,000 of 1,200 sent again.',
    'Of those, 3 were stored already, by an earlier try or for another consumer.',
    '100 could not be sent and are open as before; each says why.',
    'Of 1 nobody knows whether they are stored: look at them before you send them again.',
    '99 were not tried.',
  ]);
});
