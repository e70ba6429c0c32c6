import { describe, expect, it } from 'vitest';
import { expandMacros } from './macros';

const window = { fromMs: 1000, toMs: 61_000, intervalMs: 15_500, maxDataPoints: 100 };
const from = "fromUnixTimestamp64Milli(toInt64(1000), 'UTC')";
const to = "fromUnixTimestamp64Milli(toInt64(61000), 'UTC')";

describe('macros', () => {
  it.each([
    ['$__timeFilter(time)', `(time >= ${from} AND time < ${to})`],
    ['$__timeFilter( a.time )', `(a.time >= ${from} AND a.time < ${to})`],
    ['$__timeInterval(time)', 'toStartOfInterval(time, toIntervalSecond(16))'],
    ['$__timeFrom', from],
    ['$__timeFrom()', from],
    ['$__timeTo', to],
    ['$__interval', '16'],
    ['$__interval_s', '16'],
    ['INTERVAL $__interval second', 'INTERVAL 16 second'],
  ])('%s', (text, wanted) => expect(expandMacros(text, window)).toBe(wanted));

  it.each([
    "'$__timeFilter(time)'",
    '"$__timeFrom"',
    '`$__timeFrom`',
    '-- $__timeFrom',
    '/* $__timeFrom */',
    "'it''s $__timeFrom'",
    "'a\\'$__timeFrom'",
    '$$ $__timeFrom $$',
  ])('are text inside %s', (text) => expect(expandMacros(text, window)).toBe(text));

  it('go on behind a text', () => expect(expandMacros("'x' $__interval 'y'", window)).toBe("'x' 16 'y'"));

  it.each([
    ['$__timeFilter', /takes the name of a column/],
    ['$__timeFilter()', /takes the name of a column/],
    ["$__timeFilter('a')", /takes the name of a column/],
    ['$__timeFilter(a, b)', /takes the name of a column/],
    ['$__timeFrom(x)', /takes nothing/],
    ['$__toString', /no macro \$__toString/],
    ['$__constructor', /no macro/],
  ])('%s is refused', (text, message) => expect(() => expandMacros(text, window)).toThrow(message));
});
