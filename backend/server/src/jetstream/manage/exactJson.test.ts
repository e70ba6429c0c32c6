import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExact, rounded, writeExact } from './exactJson';

describe('exact JSON', () => {
  it.each([
    ['9007199254740993', 9_007_199_254_740_993n],
    ['-9223372036854775808', -9_223_372_036_854_775_808n],
    ['18446744073709551615', 18_446_744_073_709_551_615n],
    ['9007199254740991', 9_007_199_254_740_991],
    ['1e300', 1e300],
    ['0.1234567890123456789', Number('0.1234567890123456789')],
  ])('reads %s', (text, value) => expect(parseExact(`{"a":${text}}`)).toEqual({ a: value }));

  it('leaves digits inside text alone', () =>
    expect(parseExact('{"a":"9007199254740993","b\\"1":"x\\\\"}')).toEqual({ a: '9007199254740993', 'b"1': 'x\\' }));

  it('writes what it read', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(value, fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }), (json, long) => {
        const text = writeExact({ json, long });
        expect(text).toContain(String(long));
        expect(writeExact(parseExact(text))).toBe(text);
      }),
    );
  });

  it('rounds for people, at any depth', () =>
    expect(rounded({ a: [{ b: 9_007_199_254_740_993n }] })).toEqual({ a: [{ b: 9_007_199_254_740_992 }] }));
});
