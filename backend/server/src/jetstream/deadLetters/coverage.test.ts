import { expect, it } from 'vitest';
import { coverageOf, silentMs } from './coverage';

const now = Date.parse('2026-11-25T12:00:00Z');
const at = (secondsAgo: number) => new Date(now - secondsAgo * 1000);
const span = (since: number, until: number) => ({ since: at(since), until: at(until) });

it.each([
  ['nobody has listened yet', [], { since: null, until: null, now: false, gaps: [] }],
  ['one listens', [span(600, 2)], { since: at(600), until: at(2), now: true, gaps: [] }],
  [
    'one took over from another in time',
    [span(600, 300), span(310, 2)],
    { since: at(600), until: at(2), now: true, gaps: [] },
  ],
  [
    'a short one inside a long one',
    [span(600, 2), span(400, 300)],
    { since: at(600), until: at(2), now: true, gaps: [] },
  ],
  [
    'nobody for a while, whatever order they are told in',
    [span(200, 2), span(600, 300)],
    { since: at(600), until: at(2), now: true, gaps: [{ from: at(300), to: at(200) }] },
  ],
  [
    'nobody any more',
    [span(600, silentMs / 1000 + 1)],
    {
      since: at(600),
      until: at(silentMs / 1000 + 1),
      now: false,
      gaps: [{ from: at(silentMs / 1000 + 1), to: null }],
    },
  ],
])('knows the times in which nobody listened: %s', (_, spans, expected) => {
  expect(coverageOf(spans, now)).toEqual(expected);
});
