import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../setup/wait';
import { fill, into, replayUntil, stateOf } from './replaying';
import { startMessageWorld, type MessageWorld } from './world';

let world: MessageWorld;
beforeAll(async () => {
  world = await startMessageWorld();
});
afterAll(async () => {
  await world?.stop();
});

it('accounts for a copy whose server goes away in the middle', async () => {
  const source = await world.stream({ allow_direct: true });
  await fill(world, source, 100);
  const target = await world.stream();
  const halts: Promise<void>[] = [];
  const events = await replayUntil(world, source, { to: into(target), perSecond: 50, messageIds: 'drop' }, (event) => {
    if (event.type === 'progress' && event.account.copied >= 5 && halts.length === 0)
      halts.push(world.nats.halt('SIGKILL'));
    return event.type === 'end';
  });
  await Promise.all(halts);
  await world.nats.restart();
  const last = events.at(-1);
  if (last?.type !== 'end') throw new Error('no account at the end');
  const { account } = last;
  expect(account.why).toBe('failed');
  expect(account.failure?.detail).not.toBe('');
  const { messages } = await eventually(() => stateOf(world, target).catch(() => null));
  // What is acknowledged is there; of what was not answered some may be.
  expect(messages).toBeGreaterThanOrEqual(account.copied);
  expect(messages).toBeLessThanOrEqual(account.copied + account.unknown.length);
  expect(account.resume?.fromSeq).toBe(account.copied + 1);
});
