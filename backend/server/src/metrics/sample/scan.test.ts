import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutArray, inLots, parseSpan } from './scan';

const cut = (text: string, name = 'list') => {
  const json = Buffer.from(text);
  const { elements, head } = cutArray(json, name);
  return { elements: elements?.map((span) => parseSpan(json, span)) ?? null, head: JSON.parse(head) as unknown };
};

describe('cutArray', () => {
  it('gives each element and the rest of the document', () => {
    expect(cut('{"a":1,"list":[{"b":2},{"c":[1,{"d":"}]"}]}],"e":"x"}')).toEqual({
      elements: [{ b: 2 }, { c: [1, { d: '}]' }] }],
      head: { a: 1, list: [], e: 'x' },
    });
  });

  it('says null where there is no such array, and none for an empty one', () => {
    expect(cut('{"a":1}').elements).toBeNull();
    expect(cut('{"list":null}').elements).toBeNull();
    expect(cut('{"list":[]}').elements).toEqual([]);
  });

  it('is not misled by the name inside a string', () => {
    const evil = { note: '"list":[{"x":1}]', list: [{ y: 1 }] };
    expect(cut(JSON.stringify(evil)).elements).toEqual([{ y: 1 }]);
  });

  it.each(['{"list":[{"a":1}', '{"list":[{"a":"x', '{"list":[{"a":1},'])(
    'refuses a reply that was cut off: %s',
    (text) => {
      expect(() => cut(text)).toThrow(SyntaxError);
    },
  );

  it('agrees with JSON.parse whatever the elements hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        fc.dictionary(fc.string(), fc.string()),
        (list, rest) => {
          fc.pre(!('list' in rest));
          const inner = JSON.stringify(list);
          fc.pre(!/"list":\[/.test(inner));
          const found = cut(JSON.stringify({ rest, list }));
          expect(found.elements).toEqual(JSON.parse(inner));
          expect(found.head).toEqual({ rest: JSON.parse(JSON.stringify(rest)), list: [] });
        },
      ),
    );
  });
});

it('puts neighbours together up to a size, and leaves what is larger alone', () => {
  const spans = [
    [0, 4],
    [5, 9],
    [10, 30],
    [31, 33],
  ].map(([start = 0, end = 0]) => ({ start, end }));
  expect(inLots(spans, 10)).toEqual([
    { start: 0, end: 9, count: 2 },
    { start: 10, end: 30, count: 1 },
    { start: 31, end: 33, count: 1 },
  ]);
});
