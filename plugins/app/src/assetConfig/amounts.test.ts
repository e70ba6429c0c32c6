import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatSpan,
  parseBytes,
  parseCount,
  parseList,
  parsePairs,
  parseSpan,
  parseSpans,
  type Parsed,
} from './amounts';

const valueOf = <T>(parsed: Parsed<T>) => ('fault' in parsed ? `fault: ${parsed.fault}` : parsed.value);
const span = 'fault: A time such as 30s, 5m, 1h30m or 7d';
const size = 'fault: A size such as 1048576, 512 KiB, 64 MiB or 10 GiB';

describe('a duration', () => {
  it.each([
    ['', undefined],
    ['0', 0],
    ['30s', 30e9],
    ['1h30m', 5400e9],
    ['2 d 12 h', 216_000e9],
    ['1.5h', 5400e9],
    ['250ms', 250e6],
    ['5 min', 300e9],
    ['100us', 100_000],
    ['30', span],
    ['soon', span],
    ['5 weeks', span],
    ['1h later', span],
    ['-5s', span],
  ])('%j is %s', (text, value) => expect(valueOf(parseSpan(text))).toBe(value));
  it('is read as it is written, to the nanosecond', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (ns) => {
        expect(valueOf(parseSpan(formatSpan(ns)))).toBe(ns);
      }),
    ));
});

describe('a size', () => {
  it.each([
    ['', undefined],
    ['-1', -1],
    ['1048576', 1_048_576],
    ['1,048,576', 1_048_576],
    ['64 MiB', 67_108_864],
    ['64m', 67_108_864],
    ['64 MB', 64_000_000],
    ['1.5 GiB', 1_610_612_736],
    ['much', size],
    ['64 miles', size],
    ['-5', size],
  ])('%j is %s', (text, value) => expect(valueOf(parseBytes(text))).toBe(value));
  it('is read as it is written, to the byte', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        expect(valueOf(parseBytes(formatBytes(bytes)))).toBe(bytes);
      }),
    ));
});

describe('counts and lists', () => {
  it.each([
    ['', undefined],
    ['1,000', 1000],
    ['1_000', 1000],
    ['-1', -1],
    ['-2', 'fault: A whole number'],
    ['1.5', 'fault: A whole number'],
    ['12345678901234567', 'fault: A whole number'],
  ])('%j is %s', (text, value) => expect(valueOf(parseCount(text))).toBe(value));
  it.each([
    ['orders.>\n returns.*\n\na,b', ['orders.>', 'returns.*', 'a,b']],
    [' \n', undefined],
  ])('the list %j', (text, value) => expect(valueOf(parseList(text))).toEqual(value));
  it.each([
    ['1s\n1m', [1e9, 60e9]],
    ['1s\nlater', span],
  ])('the durations %j', (text, value) => expect(valueOf(parseSpans(text))).toEqual(value));
  it.each([
    ['owner: team-orders\n\nurl=http://x', { owner: 'team-orders', url: 'http://x' }],
    ['owner', 'fault: One a line, such as owner: team-orders'],
    [': x', 'fault: One a line, such as owner: team-orders'],
    ['', undefined],
  ])('the pairs %j', (text, value) => expect(valueOf(parsePairs(text))).toEqual(value));
});
