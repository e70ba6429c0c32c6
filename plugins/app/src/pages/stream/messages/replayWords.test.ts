// @vitest-environment happy-dom
import type { ReplayAccount } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { accountWords, replayFraction } from './replayWords';

const account = (rest: Partial<ReplayAccount> = {}): ReplayAccount => ({
  scanned: 10,
  copied: 10,
  duplicates: 0,
  bytes: 100,
  fromSeq: 1,
  toSeq: 10,
  atSeq: 11,
  targetFirstSeq: 1,
  targetLastSeq: 10,
  leftOut: {},
  why: 'end',
  failure: null,
  unknown: [],
  resume: null,
  ...rest,
});

describe('an account in words', () => {
  it('of a whole copy is one sentence', () =>
    expect(accountWords(account(), 'T')).toEqual([expect.stringMatching(/^10 copied into T/)]));
  it('of one that failed says where, why, what is not known, and how it goes on', () => {
    const words = accountWords(
      account({
        copied: 3,
        duplicates: 1,
        why: 'failed',
        failure: { seq: 5, code: 'x', detail: 'The stream is full.' },
        unknown: [6, 7],
        leftOut: { 'Nats-Rollup': 2 },
        resume: { fromSeq: 5, toSeq: 10, skip: [] },
      }),
      'T',
    ).join('\n');
    for (const part of [
      '3 copied',
      '1 were there already',
      'at message 5: The stream is full.',
      '6, 7',
      'Nats-Rollup (2)',
      'goes on at sequence 5',
    ])
      expect(words).toContain(part);
  });
});

it.each([
  [account(), 1],
  [account({ why: null, atSeq: 1 }), 0],
  [account({ why: null, atSeq: 6 }), 0.5],
  [account({ why: null, fromSeq: 5, toSeq: 4 }), 1],
])('a part of the way', (known, part) => expect(replayFraction(known)).toBe(part));
