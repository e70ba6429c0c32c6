import { expect, it } from 'vitest';
import {
  consumerEditCommand,
  kickCommand,
  pauseCommand,
  peerRemoveCommand,
  purgeCommand,
  resetCommand,
  stepDownStreamCommand,
  streamEditCommand,
  unpinCommand,
} from './natsCommand';

it.each([
  [purgeCommand('ORDERS', {}), 'nats stream purge ORDERS --force'],
  [
    purgeCommand('ORDERS', { subject: 'orders.>', keep: 5 }),
    "nats stream purge ORDERS --subject 'orders.>' --keep 5 --force",
  ],
  [purgeCommand("it's", { seq: 7 }), "nats stream purge 'it'\\''s' --seq 7 --force"],
  [stepDownStreamCommand('ORDERS', 'n2'), 'nats stream cluster step-down ORDERS --preferred n2'],
  [peerRemoveCommand('ORDERS', 'n2'), 'nats stream cluster peer-remove ORDERS n2 --force'],
  [
    pauseCommand('ORDERS', 'billing', '2026-03-01T12:15:00.000Z'),
    "nats consumer pause ORDERS billing '2026-03-01 12:15:00' --force",
  ],
  [resetCommand('ORDERS', 'billing', { to: 'ack_floor' }, 9), 'nats consumer reset ORDERS billing --force'],
  [
    resetCommand('ORDERS', 'billing', { to: 'time', time: '2026-03-01T12:15:00Z' }, 9),
    'nats consumer reset ORDERS billing --sequence 9 --force',
  ],
  [kickCommand(12, 'NABC'), 'nats server request kick 12 NABC'],
  [unpinCommand('ORDERS', 'billing', 'a b'), "nats consumer unpin ORDERS billing 'a b' --force"],
])('%s', (command, text) => expect(command).toBe(text));

it.each([
  [streamEditCommand('ORDERS', { name: 'ORDERS', metadata: { '_nats.ver': '2.12' } }), 'nats stream edit ORDERS'],
  [consumerEditCommand('ORDERS', 'billing', { name: 'billing' }), 'nats consumer edit ORDERS billing'],
])('an edit takes the whole configuration: %s', (command, begin) => {
  const [first, ...rest] = command.split('\n');
  expect(first).toBe(`${begin} --config /dev/stdin --force <<'EOF'`);
  expect(rest.join('\n')).not.toContain('_nats');
  expect(rest.at(-1)).toBe('EOF');
});
