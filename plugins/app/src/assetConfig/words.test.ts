// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { consumerAddCommand, shellWord, streamAddCommand } from '../natsCommand';
import { consumerFields } from './consumerFields';
import { streamFields } from './streamFields';
import { inWords, type FieldGroup } from './words';

const valuesOf = (config: Record<string, unknown>, groups: readonly FieldGroup[]) =>
  Object.fromEntries(inWords(config, groups).flatMap(({ settings }) => settings.map(({ key, value }) => [key, value])));

describe('a stream in words', () => {
  const config = {
    name: 'ORDERS',
    subjects: ['orders.>', 'returns.*'],
    retention: 'limits',
    max_age: 604_800_000_000_000,
    max_bytes: 67_108_864,
    max_msgs: -1,
    max_msg_size: -1,
    discard: 'new',
    storage: 'file',
    num_replicas: 3,
    duplicate_window: 120_000_000_000,
    sources: [
      { name: 'EU', filter_subject: 'orders.eu.>' },
      { name: 'US', opt_start_seq: 7 },
    ],
    metadata: { owner: 'team-orders' },
    consumer_limits: { inactive_threshold: 3_600_000_000_000 },
    some_new_thing: { a: 1 },
  };
  it.each([
    ['subjects', 'orders.>, returns.*'],
    ['retention', 'limits: until a limit below is met'],
    ['max_age', '7 d'],
    ['max_bytes', '64 MiB'],
    ['max_msgs', 'no limit'],
    ['discard', 'new: new messages are refused'],
    ['duplicate_window', '2 min'],
    ['sources', 'EU, only orders.eu.>; US, from sequence 7'],
    ['metadata', 'owner: team-orders'],
    ['allow_direct', 'no'],
    ['consumer_limits', 'removed when idle for 1 h'],
  ])('%s: %s', (key, words) => expect(valuesOf(config, streamFields)[key]).toBe(words));
  it('leaves nothing out that it has no words for', () =>
    expect(inWords(config, streamFields).at(-1)).toMatchObject({
      title: 'Not known here',
      settings: [{ key: 'some_new_thing', value: '{"a":1}' }],
    }));
  it('shows a value it does not know as the server wrote it', () =>
    expect(valuesOf({ ...config, retention: 'forever' }, streamFields)['retention']).toBe('forever'));
});

describe('a consumer in words', () => {
  it.each([
    [{ max_deliver: -1 }, 'max_deliver', 'never'],
    [{ max_deliver: 5 }, 'max_deliver', '5 deliveries'],
    [{ backoff: [1e9, 60e9] }, 'backoff', '1 s, then 1 min'],
    [{ ack_policy: 'explicit' }, 'ack_policy', 'explicit: each message by itself'],
    [{}, 'deliver_subject', 'nobody: clients pull'],
    [{ num_replicas: 0 }, 'num_replicas', 'as many as the stream'],
  ])('%j', (config, key, words) => expect(valuesOf(config, consumerFields)[key]).toBe(words));
});

describe('commands to copy', () => {
  it.each([
    ['ORDERS', 'ORDERS'],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['$(rm)', "'$(rm)'"],
    ['', "''"],
  ])('%j is the word %s', (text, word) => expect(shellWord(text)).toBe(word));
  it("leaves the server's own labels out", () => {
    const command = streamAddCommand({ name: 'A$B', metadata: { '_nats.ver': '2.12', owner: 'me' } });
    expect(command.split('\n')[0]).toBe("nats stream add 'A$B' --config /dev/stdin <<'EOF'");
    expect(JSON.parse(command.split('\n').slice(1, -1).join('\n'))).toEqual({ name: 'A$B', metadata: { owner: 'me' } });
  });
  it('names the consumer by its durable name where it has no other', () =>
    expect(consumerAddCommand('S', { durable_name: 'billing' })).toContain('nats consumer add S billing --config'));
});
