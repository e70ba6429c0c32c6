// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { pauseEnd } from './until';

const now = new Date('2026-03-01T12:00:00Z');
it.each([
  ['15m', '', '2026-03-01T12:15:00.000Z'],
  ['1d', 'whatever stands there', '2026-03-02T12:00:00.000Z'],
  ['at', '2026-03-01T18:00:00Z', '2026-03-01T18:00:00.000Z'],
  ['at', '2026-03-01T11:59:59Z', null],
  ['at', 'tomorrow', null],
  ['at', '', null],
] as const)('%s %s', (chosen, text, end) => expect(pauseEnd(chosen, text, now)).toBe(end));
