// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { changeTypes, marks } from '../../../figures/specs';
import { fromKey, keyOf } from './key';
import { meaningOf, meanings } from './meanings';

/** The types of nats-server 2.10 to 2.15 (server/jetstream_events.go), and the events of $SYS that the console hears. */
const told = [
  ...['api_audit', 'api_limit_reached', 'server_out_of_space', 'server_removed', 'meta_rescue'],
  ...['stream_action', 'stream_leader_elected', 'stream_quorum_lost', 'stream_batch_abandoned'],
  ...['consumer_action', 'consumer_leader_elected', 'consumer_quorum_lost', 'consumer_pause'],
  ...['consumer_group_pinned', 'consumer_group_unpinned', 'domain_leader_elected'],
  ...['max_deliver', 'nak', 'terminated'],
  ...['snapshot_create', 'snapshot_complete', 'restore_create', 'restore_complete'],
  ...['server_shutdown', 'server_lameduck', 'server_client_auth_err'],
  ...['console.buffer_filling', 'console.samples_lost', 'console.advisories_suppressed'],
];

describe('what is told', () => {
  it.each(told)('%s has words of its own', (type) => {
    const { name, says, next } = meaningOf(type);
    expect(meanings).toHaveProperty([type]);
    expect(name).toMatch(/^[A-Z]/);
    for (const sentence of [says, next]) expect(sentence).toMatch(/^\p{Lu}.*\.$/u);
  });
  it('has words for nothing that nobody tells', () => expect(Object.keys(meanings).sort()).toEqual([...told].sort()));
  it('has words for all that charts and the overview show', () => {
    const shown = [marks({}), marks({ stream: 'S' }), marks({ stream: 'S', consumer: 'c' })].flatMap(
      ({ types }) => types ?? [],
    );
    expect([...shown, ...changeTypes].filter((type) => !(type in meanings))).toEqual([]);
  });
  it('of a newer server is told by its type', () => expect(meaningOf('of_tomorrow').name).toBe('of tomorrow'));
});

it('one is found again by its link', () => {
  const one = { time: '2026-03-01T12:00:00.123Z', id: 'NABC-server_shutdown-2026-03-01T12:00:00Z' };
  expect(fromKey(keyOf(one))).toEqual(one);
  expect(fromKey('nonsense')).toEqual({ time: '', id: 'nonsense' });
});
