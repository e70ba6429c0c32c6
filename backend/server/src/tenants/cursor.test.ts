import { expect, it } from 'vitest';
import { ApiError } from '../platform/errors';
import { decodeCursor, encodeCursor } from './cursor';

const id = '0b0e0f4e-3f1c-4c58-9d2e-9f2f5d1c7a11';

it('gives back what was put in', () => {
  const values = ['2026-11-25 03:11:59.123456+00', id];
  expect(decodeCursor(encodeCursor(values), ['time', 'uuid'])).toEqual(values);
  expect(decodeCursor(encodeCursor(['anna', id]), ['text', 'uuid'])).toEqual(['anna', id]);
  expect(decodeCursor(undefined, ['time', 'uuid'])).toBeNull();
});

it.each([
  ['what is no JSON', 'not-a-cursor'],
  ['too few values', encodeCursor([id])],
  ['what is no time', encodeCursor(['a', id])],
  ['a time that never was', encodeCursor(['2026-99-25 03:11:59+00', id])],
  ['what is no uuid', encodeCursor(['2026-11-25 03:11:59+00', 'b'])],
])('refuses %s, before the database would', (_, cursor) => {
  expect(() => decodeCursor(cursor, ['time', 'uuid'])).toThrow(ApiError);
});

it('refuses a text that the database cannot hold', () => {
  expect(() => decodeCursor(encodeCursor(['a\0', id]), ['text', 'uuid'])).toThrow(ApiError);
});
