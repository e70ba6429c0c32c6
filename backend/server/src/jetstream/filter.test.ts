import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readDescriptorSet } from '../decoders/descriptorSet';
import { encoded, ordersSet } from '../decoders/orders.fixture';
import type { TypeOf } from '../decoders/types';
import { compileFilter, headerFilter, jsonPathFilter, mostValues } from './filter';
import type { Stored } from './reader';

const message = (data: string | Buffer, headers: [string, string[]][] = []): Stored => ({
  seq: 1,
  subject: 'a',
  time: '2026-01-01T00:00:00Z',
  data: Buffer.from(data),
  headers: () => headers,
});

describe('header filter', () => {
  it.each([
    ['Kind', 'sale', true],
    ['kind', 'sale', true],
    ['Other', 'sale', false],
    ['Kind: sale', 'sale', true],
    ['Kind:sale', 'sale', true],
    ['Kind: sal', 'sale', false],
    ['Kind: sal*', 'sale', true],
    ['Kind: *le', 'sale', true],
    ['Kind: s*l*e', 'sale', true],
    ['Kind: *', '', true],
    ['Kind:', '', true],
    ['Kind: a*a', 'a', false],
    ['Kind: ab*ba', 'aba', false],
    ['Kind: *x*', 'sale', false],
    ['Url: http://a:1', 'sale', false],
  ])('%s on Kind: %s -> %s', (filter, value, expected) => {
    expect(headerFilter(filter)(message('', [['Kind', [value]]]))).toBe(expected);
  });
  it('takes any of several values', () => {
    expect(headerFilter('Tag: b')(message('', [['Tag', ['a', 'b']]]))).toBe(true);
  });
});

describe('JSON path filter', () => {
  const document = message(
    JSON.stringify({ a: { b: 2, c: 'x "y"' }, list: [{ n: 1 }, { n: 5 }], nil: null, yes: true }),
  );
  it.each([
    ['$.a.b', true],
    ['$.a.z', false],
    ['$.a.b == 2', true],
    ['$.a.b != 2', false],
    ['$.a.b >= 2', true],
    ['$.a.b > 2', false],
    ['$.a.b < 3', true],
    ['$.a.b <= 1.5', false],
    ['$.a.b == "2"', false],
    ['$.a.c == \'x "y"\'', true],
    ['$.nil == null', true],
    ['$.yes == true', true],
    ['$.list[*].n > 4', true],
    ['$.list[?@.n > 4]', true],
    ['$.list[?@.n > 9]', false],
    ["$['a']['b'] == 2", true],
    ['$..n == 5', true],
    ['$.list[?@.n == 5].n == 5', true],
  ])('%s -> %s', (path, expected) => {
    expect(jsonPathFilter(path)(document)).toBe(expected);
  });
  it.each(['not json', '', '"text"', '12'])('does not match what is no document: %s', (data) => {
    expect(jsonPathFilter('$')(message(data))).toBe(false);
  });
  it.each([
    '$[',
    'a.b',
    '$..[?@..x]',
    '$..a..b',
    '$[?@.a == $.b]',
    '$[*,*,*,*][*,*,*,*][*,*,*,*][*,*,*,*]',
    "$[?search(@.a,'x')]",
  ])('refuses %s', (path) => {
    expect(() => jsonPathFilter(path)).toThrow(/query\.jsonPath/);
  });
  it('is no way to fill the stack', () => {
    expect(jsonPathFilter('$..x')(message('['.repeat(mostValues - 1) + ']'.repeat(mostValues - 1)))).toBe(false);
  });
});

describe('compiled filter', () => {
  it('is none where nothing is filtered', () => {
    expect(compileFilter({})).toBeNull();
  });
  it('wants all parts, and looks into a gzip wrapper', () => {
    const filter = compileFilter({ text: 'needle', regex: 'n[e]+dle', jsonPath: '$.a' });
    expect(filter?.(message(gzipSync('{"a":"needle"}')))).toBe(true);
    expect(filter?.(message('{"b":"needle"}'))).toBe(false);
  });
  it('finds text across bytes of UTF-8, and in what is no text', () => {
    const filter = compileFilter({ text: 'ü' });
    expect(filter?.(message(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('Grüße')])))).toBe(true);
    expect(filter?.(message('Grusse'))).toBe(false);
  });
  it('refuses a regular expression that RE2 does not know', () => {
    expect(() => compileFilter({ regex: '(?=x)' })).toThrow(/query\.regex/);
  });
});

describe('what would hold the process up', () => {
  it.each(['(?i)[^x]{1000}$', '(a{20}){20}', '[a-z]{1,400}'])('the expression %s is refused', (regex) => {
    expect(() => compileFilter({ regex })).toThrow('use smaller repeat counts');
  });
  it('of a long payload the beginning is looked at, more of it the shorter the expression is', () => {
    const at = (offset: number) => message(`${'x'.repeat(offset)}needle${'x'.repeat(2_000_000)}`);
    const find = compileFilter({ regex: 'needle' });
    expect(find?.(at(100_000))).toBe(true);
    expect(find?.(at(1_500_000))).toBe(false);
  });
});
it.each(['$.a == "\\x"', "$.a == '\\u12'", '$.a == "a\tb"'])('a comparison with %s is refused in words', (jsonPath) => {
  expect(() => compileFilter({ jsonPath })).toThrow('query.jsonPath: compares with');
});

describe('a JSON path on a document that is too large', () => {
  const list = (values: number) => message(gzipSync(JSON.stringify(new Array<number>(values).fill(0))));
  it('is tried up to the bound, told beyond it, and never left out in silence', () => {
    const unread: number[] = [];
    const matches = compileFilter({ jsonPath: '$[*] == 0' }, ({ seq }) => unread.push(seq));
    expect(matches?.(list(mostValues - 1))).toBe(true);
    expect(unread).toEqual([]);
    expect(matches?.(list(4_000_000))).toBe(false);
    expect(unread).toEqual([1]);
    expect(() => compileFilter({ jsonPath: '$[*] == 0' })?.(list(mostValues))).toThrow(/more than 50,000 values/);
  });
  it('goes by its values and not by its bytes', () => {
    const wide = message(JSON.stringify({ text: 'x'.repeat(2_000_000), city: 'Oslo' }));
    expect(compileFilter({ jsonPath: "$.city == 'Oslo'" })?.(wide)).toBe(true);
  });
});

it('a JSON path looks into messages of the type that their subject is bound to, and into others as before', () => {
  const { registry, types } = readDescriptorSet(ordersSet());
  const [order] = types;
  if (!order) throw new Error('the set has no types');
  const shown = { name: order.typeName, descriptor: { id: '', name: '' }, binding: null };
  const typeOf: TypeOf = (subject) => (subject === 'a' ? { message: order, registry, shown } : undefined);
  const unread: number[] = [];
  const matches = compileFilter({ jsonPath: "$.city == 'Oslo'" }, ({ seq }) => unread.push(seq), typeOf);
  const oslo = message(encoded(ordersSet(), 'orders.v1.Order', { city: 'Oslo' }));
  expect(matches?.(oslo)).toBe(true);
  expect(matches?.({ ...oslo, subject: 'b' })).toBe(false);
  expect(matches?.(message('{"city":"Oslo"}'))).toBe(true);
  expect(matches?.(message(''))).toBe(false);
  // A packed list of more numbers than are looked at.
  expect(matches?.(message(Buffer.concat([Buffer.from('42e0d403', 'hex'), Buffer.alloc(60_000)])))).toBe(false);
  expect(unread).toEqual([1]);
});
