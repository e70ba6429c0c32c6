// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { accountWords, evenness, leadAlike } from './words';

const servers = (...leads: number[]) => leads.map((streamLeaders, i) => ({ name: `n${i + 1}`, streamLeaders }));

describe('how leaders are shared', () => {
  it('is alike where the most and the least differ by one at most', () => {
    expect([servers(), servers(9), servers(3, 3, 2), servers(4, 3, 2)].map(leadAlike)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
  it('is told in a sentence with the two ends', () => {
    expect(evenness(servers(3, 3, 2), 8)).toMatch(/^The servers lead alike/);
    expect(evenness(servers(9), 9)).toBe('One server by itself leads all there is.');
    expect(evenness(servers(1, 6, 2), 9)).toMatch(/^n2 leads 6 of 9 streams, and n1 1: /);
    expect(evenness(servers(1, 0, 2), 3)).toMatch(/^n3 leads 2 of 3 streams, and n2 none: /);
  });
  it('is accounted for as far as a run came, with what was left alone and why', () => {
    const account = { moves: 4, moved: 1, elsewhere: 1, at: 'C', why: null, failure: null, skipped: [] };
    expect(accountWords(account)).toEqual([
      '1 of 4 leaders moved; C is under way.',
      '1 more handed over to another server than was planned.',
    ]);
    expect(accountWords({ ...account, elsewhere: 0, why: 'stopped' })).toEqual([
      '1 of 4 leaders moved.',
      'What was under way is brought to its end: C.',
    ]);
    const skipped = [{ stream: 'D', why: 'the stream is gone' }];
    const failure = { stream: 'E', code: 'not_settled', detail: 'it did not come to rest' };
    expect(accountWords({ ...account, elsewhere: 0, why: 'failed', skipped, failure })).toEqual([
      '1 of 4 leaders moved.',
      'D was left alone: the stream is gone.',
      'E: it did not come to rest',
    ]);
  });
});
