// @vitest-environment happy-dom
import type { AccountTier } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { limitRows, refusedCopies, saysMore, tierTitle } from './accountLimits';

const none = { used: 0, max: null, share: null };
const tier = (changes: Partial<AccountTier>): AccountTier => ({
  tier: 'R3',
  allowed: true,
  storage: { used: 500_000, max: 2_000_000, share: 0.25 },
  memory: { used: 0, max: 0, share: null },
  reservedStorage: null,
  reservedMemory: null,
  streams: none,
  consumers: 2,
  consumersOfStream: { used: 2, max: 10, share: 0.2 },
  streamStorage: null,
  streamMemory: null,
  ackPending: { used: null, max: 500, share: null },
  maxBytesRequired: true,
  ...changes,
});

describe('limits in words', () => {
  it('tell no limit, none allowed and what has to be set apart, and leave out what nobody tells', () => {
    expect(limitRows(tier({})).map(({ name, used, max, share }) => [name, used, max, share])).toEqual([
      ['File storage of one copy', '488.3 KiB', '1.9 MiB', 0.25],
      ['Memory of one copy', '0 B', 'none allowed', null],
      ['Streams', '0', 'no limit', null],
      ['Consumers of one stream', '2', '10', 0.2],
      ['max_ack_pending of one consumer', null, '500', null],
      ['max_bytes of each stream', null, 'has to be set', null],
    ]);
  });
  it('say of which copies a limit speaks', () => {
    expect([tier({}), tier({ tier: 'R1' }), tier({ tier: null })].map(tierTitle)).toEqual([
      'R3: streams of 3 copies',
      'R1: streams of one copy',
      'Limits of the account',
    ]);
    expect(limitRows(tier({ tier: null }))[0]?.name).toBe('File storage of all copies');
  });
  it('name the numbers of copies that no tier is for, a tier that is left without limits among them', () => {
    expect(refusedCopies([tier({ tier: 'R1' }), tier({ tier: 'R2', allowed: false }), tier({})])).toBe(
      'No tier for R2, R4, R5: a stream with so many copies is refused.',
    );
    expect(refusedCopies([tier({ tier: null })])).toBeNull();
    expect(refusedCopies([])).toBeNull();
  });
  it('know whether a set says more than room and streams', () => {
    expect(saysMore(tier({}))).toBe(true);
    expect(saysMore(tier({ ackPending: none, maxBytesRequired: false }))).toBe(false);
  });
});
