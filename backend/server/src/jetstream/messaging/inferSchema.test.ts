import { describe, expect, it } from 'vitest';
import { makeSampler, mostFields } from './inferSchema';

const infer = (documents: readonly unknown[]) => {
  const sampler = makeSampler();
  for (const document of documents) sampler.add(document);
  return sampler.result();
};
const field = (documents: readonly unknown[], path: string) => infer(documents).fields.find((f) => f.path === path);
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

describe('fields', () => {
  it('count documents, not how often they stand in one', () => {
    const documents = [{ items: [{ sku: 'a' }, { sku: 'b' }] }, { items: [] }, {}];
    expect(field(documents, '$.items')).toMatchObject({ documents: 2, coverage: 2 / 3, always: false });
    expect(field(documents, '$.items[].sku')).toMatchObject({
      documents: 1,
      coverage: 1 / 3,
      always: true,
      types: [{ type: 'string', count: 2 }],
    });
  });
  it('tell every type that was seen, the most frequent first', () =>
    expect(field([{ a: 1 }, { a: null }, { a: 2.5 }, { a: 'x' }, { a: 3 }], '$.a')?.types).toEqual([
      { type: 'integer', count: 2 },
      { type: 'null', count: 1 },
      { type: 'number', count: 1 },
      { type: 'string', count: 1 },
    ]));
  it('have ranges and formats where all agree', () => {
    const documents = [
      { n: -1, at: '2026-01-31T10:00:00Z', id: '0b0d6a52-8a4a-4c7e-9d5e-0f8f8b8f0a11', mixed: '2026-01-31T10:00:00Z' },
      { n: 7.5, at: '2026-02-01T10:00:00.123+02:00', id: 'AB0d6a52-8a4a-4c7e-9d5e-0f8f8b8f0a11', mixed: 'no date' },
    ];
    expect(field(documents, '$.n')).toMatchObject({ min: -1, max: 7.5 });
    expect(field(documents, '$.at')?.format).toBe('date-time');
    expect(field(documents, '$.id')?.format).toBe('uuid');
    expect(field(documents, '$.mixed')?.format).toBeNull();
  });
  it('with names that are no words are quoted', () =>
    expect(infer([{ 'a b': { 'c.d': 1 } }]).fields.map(({ path }) => path)).toEqual([
      '$',
      '$["a b"]',
      '$["a b"]["c.d"]',
    ]));
  it('whose names are data are taken together', () => {
    const documents = times(300, (i) => ({ byId: { [`id${i}`]: { total: i } } }));
    const { fields } = infer(documents);
    expect(fields.map(({ path }) => path)).toEqual(['$', '$.byId', '$.byId.*', '$.byId.*.total']);
    expect(fields.find(({ path }) => path === '$.byId.*.total')).toMatchObject({ min: 0, max: 299 });
  });
  it('end somewhere, and say so', () => {
    const wide = Object.fromEntries(times(90, (i) => [`a${i}`, Object.fromEntries(times(90, (j) => [`b${j}`, 1]))]));
    const { fields, truncated } = infer([wide]);
    expect(fields).toHaveLength(mostFields);
    expect(truncated).toBe(true);
    let deep: unknown = 1;
    for (let i = 0; i < 5000; i++) deep = [deep];
    expect(infer([deep]).fields.length).toBeLessThan(20);
  });
});

describe('values are told as the only ones', () => {
  const state = (documents: readonly unknown[]) => field(documents, '$.state')?.values;
  it('where they are few and each was seen often', () =>
    expect(state(times(60, (i) => ({ state: ['new', 'paid', 'sent'][i % 3] })))).toEqual(['new', 'paid', 'sent']));
  it.each<[string, unknown[]]>([
    ['not of a handful of documents', times(10, (i) => ({ state: i % 2 ? 'a' : 'b' }))],
    ['not where one stands there once', [...times(60, () => ({ state: 'a' })), { state: 'b' }]],
    ['not where there are many', times(600, (i) => ({ state: `s${i % 20}` }))],
    ['not where it is not always a string', times(60, (i) => ({ state: i % 2 ? 'a' : 1 }))],
  ])('%s', (_, documents) => expect(state(documents)).toBeNull());
});

it('is a JSON Schema too', () =>
  expect(infer([{ a: 1, b: [{ c: 'x' }] }, { a: 2.5 }]).jsonSchema).toEqual({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      a: { type: 'number' },
      b: { type: 'array', items: { type: 'object', properties: { c: { type: 'string' } }, required: ['c'] } },
    },
    required: ['a'],
  }));

it('of nothing is nothing', () => expect(infer([])).toEqual({ fields: [], truncated: false, jsonSchema: null }));
