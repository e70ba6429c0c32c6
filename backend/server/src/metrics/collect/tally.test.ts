import { expect, it } from 'vitest';
import { makeTally } from './tally';

const moment = (steadyMs: number) => ({ wallMs: steadyMs, steadyMs, clock: 'one' });

it('rows that are refused beside the row of their own collection are told by the next one, once', () => {
  const tally = makeTally({ requests: 0, bytes: 0 });
  const row = (at: number) =>
    tally.whole({
      at: moment(at),
      mode: 'system',
      look: null,
      error: null,
      tookMs: 1,
      intervalMs: 15_000,
      buffer: null,
    }).lostSamples;
  // Written before anybody knows that some of its collection find no room; it finds some itself.
  expect(row(0)).toBe(0);
  tally.lose(5);
  expect(tally.rowIsIn(moment(0))).toBe(0);
  expect(row(1)).toBe(5);
  // Refused itself, it has told nothing.
  tally.lose(2);
  expect(row(2)).toBe(7);
  expect(tally.rowIsIn(moment(2))).toBe(7);
  expect(row(3)).toBe(0);
});
