import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeTurns } from './turns';

const bounds = { atOnce: 3, perKey: 2, waiting: 4, waitingPerKey: 2, patienceMs: 20_000, what: 'large bodies' };
const never = new AbortController().signal;

/** Takes a turn, and tells whether it has begun. */
function taker(turns = makeTurns(bounds)) {
  return (key: string, signal = never) => {
    const taken = { begun: false, giveBack: () => {}, failed: null as unknown };
    const done = turns.take(key, signal).then(
      (giveBack) => Object.assign(taken, { begun: true, giveBack }),
      (error: unknown) => Object.assign(taken, { failed: error }),
    );
    return Object.assign(taken, { done });
  };
}
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('lets so many of a key begin, and one more as each ends', async () => {
  const take = taker();
  const [first, second, third, fourth] = [take('a'), take('a'), take('a'), take('a')];
  await settle();
  expect([first, second, third, fourth].map(({ begun }) => begun)).toEqual([true, true, false, false]);
  second.giveBack();
  second.giveBack();
  await settle();
  expect([third.begun, fourth.begun]).toEqual([true, false]);
});

it('lets another key pass those that wait for their own', async () => {
  const take = taker();
  take('a');
  take('a');
  const waits = take('a');
  const other = take('b');
  await settle();
  expect([waits.begun, other.begun]).toEqual([false, true]);
});

it('has a bound for all keys, and goes on in the order of coming', async () => {
  const take = taker();
  const running = [take('a'), take('a'), take('b')];
  const line = [take('a'), take('c'), take('b')];
  await settle();
  expect(line.map(({ begun }) => begun)).toEqual([false, false, false]);
  running[2]?.giveBack();
  await settle();
  // The first in the line is of a key that has two already.
  expect(line.map(({ begun }) => begun)).toEqual([false, true, false]);
  running[0]?.giveBack();
  await settle();
  expect(line.map(({ begun }) => begun)).toEqual([true, true, false]);
});

it('refuses who would be one too many in the line, of a key and of all', async () => {
  const take = taker();
  for (const key of ['a', 'a', 'b', 'a', 'a']) take(key);
  const tooMany = take('a');
  await settle();
  expect(tooMany.failed).toMatchObject({ status: 429, code: 'too_many_at_once', details: { retryAfter: 5 } });
  for (const key of ['c', 'd']) take(key);
  const full = take('e');
  await settle();
  expect(full.failed).toMatchObject({ status: 503, code: 'busy', details: { retryAfter: 5 } });
});

it('takes who goes away or waits too long out of the line', async () => {
  const take = taker();
  const leaving = new AbortController();
  const [running] = [take('a'), take('a')];
  const left = take('a', leaving.signal);
  const patient = take('a');
  leaving.abort();
  await settle();
  expect(left.failed).toMatchObject({ status: 499 });
  await vi.advanceTimersByTimeAsync(bounds.patienceMs);
  expect(patient.failed).toMatchObject({ status: 503, code: 'busy' });
  running.giveBack();
  const next = take('a');
  await settle();
  expect(next.begun).toBe(true);
});

it('gives nobody a turn who is gone already', async () => {
  const take = taker();
  const late = take('a', AbortSignal.abort());
  await late.done;
  expect(late.failed).toMatchObject({ status: 499 });
  const others = [take('a'), take('a')];
  await settle();
  expect(others.map(({ begun }) => begun)).toEqual([true, true]);
});
