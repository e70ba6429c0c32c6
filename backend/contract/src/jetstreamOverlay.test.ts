import { describe, expect, it } from 'vitest';
import { canonicalConfig, changeBetween, compareEcho, diffConfigs, overlay, sameSetting } from './jetstreamOverlay';
import { levelRefusal, requiredLevel } from './jetstreamLevels';
import { streamEffects } from './jetstreamEffects';
import { streamTemplates } from './jetstreamTemplates';
import { addCommand } from './natsCommand';

const current = { name: 'A', max_msgs: -1, unknown_yet: { x: 1 }, metadata: { team: 'a', '_nats.ver': '2.15.1' } };

describe('overlay', () => {
  it('keeps what is not named, what nobody here knows included, and gives no label of the server back', () =>
    expect(overlay(current, { max_msgs: 5 })).toEqual({
      name: 'A',
      max_msgs: 5,
      unknown_yet: { x: 1 },
      metadata: { team: 'a' },
    }));
  it('takes out what is null', () => expect(overlay(current, { unknown_yet: null })).not.toHaveProperty('unknown_yet'));
  it('is undone by the change between the two', () => {
    const wanted = overlay(current, { max_msgs: 5, description: 'x' });
    expect(diffConfigs(overlay(wanted, changeBetween(wanted, current)), current)).toEqual([]);
  });
});

describe('sameSetting', () => {
  it.each([
    ['max_msgs', 0, -1, true],
    ['max_msgs', undefined, -1, true],
    ['max_age', 0, -1, false],
    ['max_ack_pending', 0, -1, false],
    ['no_ack', false, undefined, true],
    ['storage', 'file', undefined, true],
    ['storage', 'memory', undefined, false],
    ['subjects', ['a', 'b'], ['b', 'a'], false],
    ['metadata', { a: '1', b: '2' }, { b: '2', a: '1' }, true],
    ['placement', { cluster: '', tags: [] }, undefined, true],
    ['opt_start_time', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', true],
    ['opt_start_time', '2026-01-01T00:00:00.000000001Z', '2026-01-01T00:00:00Z', false],
    ['max_bytes', 9_007_199_254_740_993n, 9_007_199_254_740_992n, false],
  ])('%s: %s and %s', (field, a, b, same) => expect(sameSetting(field, a, b)).toBe(same));
});

it('names what the server left out and what it set otherwise', () =>
  expect(compareEcho({ a: 1, b: 2, c: 3, max_msgs: 0 }, { b: 5, c: 3, max_msgs: -1 })).toEqual({
    ignored: [{ field: 'a', before: 1, after: null }],
    adjusted: [{ field: 'b', before: 2, after: 5 }],
  }));

it('has one text for all that means the same', () =>
  expect(canonicalConfig({ name: 'A', no_ack: false, max_msgs: -1, metadata: { '_nats.level': '1' } })).toBe(
    canonicalConfig({ max_msgs: 0, name: 'A' }),
  ));

describe('levels', () => {
  it.each([
    ['stream', 'allow_msg_ttl', true, 0, true],
    ['stream', 'allow_msg_ttl', false, 0, false],
    ['stream', 'allow_batched', true, 2, true],
    ['stream', 'mirror', { name: 'a', consumer: { name: 'b' } }, 2, true],
    ['consumer', 'ack_policy', 'flow_control', 2, true],
    ['consumer', 'ack_policy', 'explicit', 0, false],
    ['consumer', 'priority_policy', 'prioritized', 1, true],
  ] as const)('%s %s=%s on level %i', (kind, field, value, level, refused) =>
    expect(levelRefusal(kind, field, value, level) !== null).toBe(refused),
  );
  it('offers a template only where its fields are', () => {
    expect(streamTemplates(0).map(({ id }) => id)).not.toContain('counters');
    expect(streamTemplates(5).every(({ config }) => requiredLevel('stream', config) <= 5)).toBe(true);
    expect(streamTemplates(2).map(({ id }) => id)).toContain('counters');
  });
});

it('says what a lower limit removes', () =>
  expect(streamEffects({ max_msgs: -1 }, { max_msgs: 10 }, { messages: 25, bytes: 1, consumers: 0 })).toEqual([
    '15 messages above the new limit are removed at once, the oldest first',
  ]));

it('writes a command that a shell reads as it is', () =>
  expect(addCommand('consumer', "it's", { name: 'a b', metadata: { '_nats.ver': '2' } })).toBe(
    `nats consumer add 'it'\\''s' 'a b' --config /dev/stdin <<'EOF'\n{\n  "name": "a b"\n}\nEOF`,
  ));
