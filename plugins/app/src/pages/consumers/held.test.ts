// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { heldSince, heldSpecs } from './held';

const minute = 60_000;
const line = (part: number, ...values: (number | null)[]) => ({
  refId: String(part),
  times: values.map((_, i) => i * minute),
  values,
});

describe('since when a condition holds', () => {
  it('is the first of the buckets in a row in which all of its parts do', () =>
    // lag, waiting pulls, delivered
    expect(heldSince('stuck', [line(0, 5, 5, 5, 5), line(1, 1, 1, 1, 1), line(2, 3, 0, 0, 0)])).toEqual({
      sinceMs: minute,
      orLonger: false,
    }));
  it('may be longer ago where nothing is known before', () => {
    expect(heldSince('acks_full', [line(0, 1, 1)])).toEqual({ sinceMs: 0, orLonger: true });
    // A rate is known from the second sample on.
    expect(heldSince('unbound', [line(0, 7, 7), line(1, null, 0)])).toEqual({ sinceMs: minute, orLonger: true });
  });
  it('goes on through a gap, in which nothing speaks against it', () => {
    expect(heldSince('acks_full', [line(0, 1, null, 1, 1)])).toEqual({ sinceMs: 0, orLonger: true });
    expect(heldSince('acks_full', [line(0, 0.2, null, 1, 1)])).toEqual({ sinceMs: 2 * minute, orLonger: false });
  });
  it('does not wait for the bucket that is being filled', () =>
    expect(heldSince('no_pulls', [line(0, 5, 5, 5), line(1, 0, 0, 0), line(2, 0, 0, null)])).toEqual({
      sinceMs: 0,
      orLonger: true,
    }));
  it('is not told where the newest samples say otherwise, or there are none', () => {
    expect(heldSince('paused', [line(0, 1, 1, 0)])).toBeNull();
    expect(heldSince('paused', [line(0, null, null)])).toBeNull();
    expect(heldSince('paused', [])).toBeNull();
  });
  it.each<[Parameters<typeof heldSince>[0], number, boolean]>([
    ['acks_full', 0.99, false],
    ['acks_full', 1, true],
    ['working', 0, false],
    ['working', 1, true],
    ['idle', 0, true],
    ['idle', 3, false],
    ['leaderless', 1, true],
    ['unknown', 0, false],
    ['redelivering', 2, true],
  ])('%s at %s: %s', (condition, value, held) => expect(heldSince(condition, [line(0, value)]) !== null).toBe(held));
  it('asks for what it takes and no more, of this consumer', () => {
    const about = { clusterId: 'c', stream: 'ORDERS', consumer: 'billing' };
    expect(heldSpecs('stuck', about).map(({ metric, aggregate }) => [metric, aggregate])).toEqual([
      ['lag', 'min'],
      ['waiting', 'min'],
      ['delivered', 'last'],
    ]);
    expect(heldSpecs('paused', about)[0]).toMatchObject({
      clusters: ['c'],
      accounts: 'own',
      filters: [
        { field: 'stream', values: ['ORDERS'] },
        { field: 'consumer', values: ['billing'] },
      ],
    });
  });
});
