import { describe, expect, it } from 'vitest';
import { toDrain, toLimit, type Point } from './eta';
import { robustSlope } from './slope';

const minute = 60_000;
const line = (start: number, perMinute: number, minutes = 60): Point[] =>
  Array.from({ length: minutes + 1 }, (_, i) => [i * minute, start + i * perMinute]);

describe('robust slope', () => {
  it('is that of the line', () => {
    expect(robustSlope(line(1000, 60))).toBeCloseTo(1, 9);
    expect(robustSlope(line(1000, -60))).toBeCloseTo(-1, 9);
  });

  it('is not turned by a spike', () => {
    const points = line(1000, 60).map(([t, v], i): Point => [t, i > 20 && i < 30 ? v * 100 : v]);
    expect(robustSlope(points)).toBeGreaterThan(0.5);
    expect(robustSlope(points)).toBeLessThan(2);
  });

  it('thins long histories and keeps both ends', () => {
    expect(robustSlope(line(0, 60, 5000))).toBeCloseTo(1, 9);
  });

  it('says nothing of two points, or of points at one moment', () => {
    expect(robustSlope(line(0, 60, 1))).toBeNull();
    expect(
      robustSlope([
        [0, 1],
        [0, 2],
        [0, 3],
      ]),
    ).toBeNull();
  });
});

describe('time to the limit', () => {
  it.each([
    ['bytes grow', { maxBytes: 7600 }, 4000, 'bytes'],
    ['the nearer limit counts', { maxBytes: 1e9, maxMessages: 1000 }, 6400, 'messages'],
    ['it is met already', { maxBytes: 3600 }, 0, 'bytes'],
    [
      'it is met but for a part of a message, as by a full stream that drops its oldest',
      { maxBytes: 3610 },
      0,
      'bytes',
    ],
  ] as const)('%s', (_, limits, seconds, by) => {
    const forecast = toLimit({ bytes: line(0, 60), messages: line(40, 5, 64), maxMessages: -1, ...limits });
    expect(forecast.by).toBe(by);
    expect(forecast.seconds).toBeCloseTo(by === 'messages' ? (1000 - 360) / (5 / 60) : seconds, 6);
    expect(forecast.why).toBeNull();
  });

  it.each([
    ['no limit', { bytes: line(0, 60), maxBytes: -1, maxMessages: null }, /neither/],
    ['no growth', { bytes: line(500, 0), maxBytes: 1000, maxMessages: -1 }, /not growing/],
    ['shrinking', { bytes: line(5000, -10), maxBytes: 10_000, maxMessages: -1 }, /not growing/],
    ['too little history', { bytes: line(0, 60, 3), maxBytes: 1000, maxMessages: -1 }, /five minutes/],
    ['none at all', { bytes: [], maxBytes: 1000, maxMessages: -1 }, /five minutes/],
  ])('is not told: %s', (_, history, why) => {
    const forecast = toLimit({ messages: [], ...history });
    expect([forecast.seconds, forecast.by]).toEqual([null, null]);
    expect(forecast.why).toMatch(why);
  });
});

describe('time to drain', () => {
  it('is the lag over the pace at which it falls', () => {
    expect(toDrain(line(7200, -60)).seconds).toBeCloseTo(3600, 6);
  });
  it('is zero where nothing waits, whatever the history', () => {
    expect(toDrain([[0, 0]])).toEqual({ seconds: 0, why: null });
  });
  it.each([
    ['growing lag', line(10, 60), /not catching up/],
    ['steady lag', line(10, 0), /not catching up/],
    ['too little history', line(100, -1, 2), /five minutes/],
    ['nothing known', [], /Nothing is known/],
  ] as [string, Point[], RegExp][])('is not told: %s', (_, points, why) => {
    const { seconds, why: said } = toDrain(points);
    expect(seconds).toBeNull();
    expect(said).toMatch(why);
  });
});
