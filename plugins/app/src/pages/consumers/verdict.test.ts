// @vitest-environment happy-dom
import type { ConsumerRow } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { attention, conditionOf, lastDeliveryText, verdict } from './verdict';

const now = Date.parse('2026-03-01T12:00:00Z');
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();
const row = (changes: Partial<ConsumerRow> = {}): ConsumerRow => ({
  stream: 'ORDERS',
  name: 'billing',
  state: 'ok',
  description: null,
  durable: true,
  kind: 'pull',
  filterSubjects: [],
  ackPolicy: 'explicit',
  deliverPolicy: 'all',
  lag: 0,
  ackPending: 0,
  maxAckPending: 1000,
  redelivered: 0,
  waiting: 1,
  deliveredStreamSeq: 10,
  deliveredConsumerSeq: 10,
  ackFloorStreamSeq: 10,
  lastDelivered: ago(5),
  lastAck: ago(5),
  paused: false,
  pausedUntil: null,
  pushBound: null,
  replica: { leader: 'n1', replicas: 3, peers: [], state: 'ok' },
  createdAt: ago(9999),
  ...changes,
});

describe('verdict on a consumer', () => {
  it.each<[string, Partial<ConsumerRow>, string]>([
    ['nothing waits', {}, 'idle'],
    ['some wait, some are out', { lag: 40, ackPending: 3 }, 'working'],
    ['lag, and no pull this moment, but a delivery just now', { lag: 40, waiting: 0 }, 'working'],
    ['lag, no pulls, silence', { lag: 40, waiting: 0, lastDelivered: ago(360) }, 'no_pulls'],
    ['lag, pulls wait, silence', { lag: 1204, waiting: 3, lastDelivered: ago(360) }, 'stuck'],
    ['lag and never a delivery', { lag: 1, waiting: 0, lastDelivered: null }, 'no_pulls'],
    ['as many out as allowed', { lag: 9, ackPending: 5, maxAckPending: 5 }, 'acks_full'],
    ['no limit on what is out', { lag: 9, ackPending: 5, maxAckPending: -1 }, 'working'],
    ['push without a subscriber', { kind: 'push', lag: 9, pushBound: false, waiting: null }, 'unbound'],
    ['push with one, and silence', { kind: 'push', lag: 9, pushBound: true, lastDelivered: ago(999) }, 'working'],
    ['messages that come again', { redelivered: 2, ackPending: 4 }, 'redelivering'],
    ['paused, whatever else', { paused: true, lag: 9, ackPending: 1000 }, 'paused'],
    ['no leader', { replica: { leader: null, replicas: 3, peers: [], state: 'leaderless' } }, 'leaderless'],
    ['no answer is not zero', { state: 'missing', lag: null, ackPending: null }, 'unknown'],
  ])('%s', (_name, changes, condition) => expect(conditionOf(row(changes), now)).toBe(condition));

  it('names the figures', () =>
    expect(verdict(row({ lag: 1204, waiting: 3, lastDelivered: ago(360) }), now)).toEqual({
      severity: 'error',
      text: 'Stuck: 3 pulls wait, 1,204 messages are pending, and nothing was delivered for 6 min.',
    }));
  it('does not call never what a restarted server forgot', () => {
    const forgot = row({ lag: 4, waiting: 0, lastDelivered: null });
    expect(verdict(forgot, now).text).toBe(
      'Nobody pulls: 4 messages wait, and nothing was delivered since its leader started.',
    );
    expect(lastDeliveryText(forgot)).toBe('before a restart');
    const fresh = row({ lag: 4, waiting: 0, lastDelivered: null, deliveredConsumerSeq: 0 });
    expect(verdict(fresh, now).text).toContain('nothing was ever delivered');
    expect(lastDeliveryText(fresh)).toBe('never');
  });
  it('marks in a list only what needs a look', () => {
    expect(attention(row(), now)).toBeNull();
    expect(attention(row({ lag: 5 }), now)).toBeNull();
    expect(attention(row({ ackPending: 5, maxAckPending: 5 }), now)).toEqual({ text: 'acks used up', color: 'red' });
  });
});
