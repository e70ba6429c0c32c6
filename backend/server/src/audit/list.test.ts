import type { AuditEntry } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { merged } from './list';
import { cursorOf, placeFrom, timestampOf, type Place, type Side } from './place';
import type { Found } from './records';

const act = (side: Side, micros: number, id = `${side} ${micros}`) => {
  const time = new Date(micros / 1000).toISOString();
  const entry: AuditEntry = {
    ...{ where: side, id, time, userId: null, login: null, action: 'x', resource: null, cluster: null, account: null },
    ...{ status: 'success', error: null, ip: '', userAgent: '', requestId: '', via: '', changes: null },
  };
  return { micros: String(micros), side, id, entry };
};
const found = (side: Side, times: readonly number[], stop: number | null = null): Found => ({
  acts: times.map((micros) => act(side, micros)),
  stop: stop === null ? null : { micros: String(stop), side, id: '' },
});
const shown = (own: Found, around: Found, limit: number) => {
  const { shown: acts, next, lookedUntil } = merged(own, around, limit);
  const timeOf = (place: Place | null) => place && `${place.side} ${place.micros}`;
  return [acts.map(({ id }) => id), timeOf(next), timeOf(lookedUntil)];
};

describe('acts of both sides', () => {
  it('are in one order, those in the console first where both were at one time', () =>
    expect(shown(found('console', [9000, 5000]), found('around', [9000, 7000]), 9)).toEqual([
      ['console 9000', 'around 9000', 'around 7000', 'console 5000'],
      null,
      null,
    ]));
  it('go on after the last that is shown', () =>
    expect(shown(found('console', [9000, 5000]), found('around', [7000, 6000]), 2)).toEqual([
      ['console 9000', 'around 7000'],
      'around 7000',
      null,
    ]));
  it('are shown as far as both were looked through, and go on there', () => {
    expect(shown(found('console', [9000], 8000), found('around', [8500, 7000]), 9)).toEqual([
      ['console 9000', 'around 8500'],
      'console 8000',
      'console 8000',
    ]);
    expect(shown(found('console', [9000, 100]), found('around', [], 500), 9)).toEqual([
      ['console 9000'],
      'around 500',
      'around 500',
    ]);
    expect(shown(found('console', [], 300), found('around', [], 500), 9)).toEqual([[], 'around 500', 'around 500']);
  });
  it('are enough before one side was looked through', () =>
    expect(shown(found('console', [9000, 8000, 7000]), found('around', [], 500), 2)).toEqual([
      ['console 9000', 'console 8000'],
      'console 8000',
      null,
    ]));
});

it('a place goes through its cursor and keeps its microseconds', () => {
  const place = { micros: '1764099000123456', side: 'around', id: 'of a "server"' } as const;
  expect(placeFrom(cursorOf(place))).toEqual(place);
  expect(placeFrom(undefined)).toBeNull();
  expect(timestampOf(place.micros)).toBe('2025-11-25T19:30:00.123456Z');
  expect(timestampOf('1764099000000007')).toBe('2025-11-25T19:30:00.000007Z');
});
