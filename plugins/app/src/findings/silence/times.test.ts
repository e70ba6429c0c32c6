import { describe, expect, it } from 'vitest';
import { silenceEnd, silenceTimes } from './times';

const night = new Date(2026, 2, 31, 3, 12, 40);

describe('the end of a silence', () => {
  it.each([
    ['hour', new Date(2026, 2, 31, 4, 12, 40)],
    ['shift', new Date(2026, 2, 31, 11, 12, 40)],
    // At three in the morning "tomorrow" is the day after, whatever the night feels like.
    ['tomorrow', new Date(2026, 3, 1, 9, 0, 0)],
    ['week', new Date(2026, 3, 7, 3, 12, 40)],
  ] as const)('of %s is %s', (chosen, end) => expect(silenceEnd(chosen, night)).toEqual(end));
  it('leaves the moment it is counted from as it was, and is always to come', () => {
    const before = night.getTime();
    for (const { value } of silenceTimes) expect(silenceEnd(value, night).getTime()).toBeGreaterThan(before);
    expect(night.getTime()).toBe(before);
  });
});
