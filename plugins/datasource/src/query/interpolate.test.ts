import { querySpec, type QuerySpecInput } from '@jetstream-console/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaceWith } from '../test/templates';
import { expand, interpolateSpec } from './interpolate';

describe('a text with variables', () => {
  const replace = replaceWith({ one: 'ORDERS', two: ['A', 'B'], none: [], odd: ["a'b", 'c\\d', '$one', '"'] });

  it.each([
    ['ORDERS', ['ORDERS']],
    ['', ['']],
    ['$one', ['ORDERS']],
    ['${one}-$two', ['ORDERS-A', 'ORDERS-B']],
    ['$two.$two', ['A.A', 'A.B', 'B.A', 'B.B']],
    ['$none', []],
    ['$unknown', ['$unknown']],
    ['$odd', ["a'b", 'c\\d', '$one', '"']],
  ])('%j becomes %j', (text, expected) => {
    expect(expand(text, replace)).toEqual(expected);
  });

  it('keeps every value as it is, whatever characters it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), (values) => {
        expect(expand('$v', replaceWith({ v: values }))).toEqual(values);
      }),
    );
  });
});

describe('a spec with variables', () => {
  const variables = {
    cluster: ['prod', 'stage'],
    stream: ['ORDERS', 'PAYMENTS'],
    single: 'ORDERS',
    all: '*',
    metric: 'lag',
    empty: '',
  };
  const replace = replaceWith(variables, { stream: { multi: true }, single: { multi: false } });
  const of = (spec: QuerySpecInput) => interpolateSpec(spec, replace);

  it('spreads variables of many values over lists', () => {
    const spec = of({
      kind: 'metrics',
      metric: '$metric',
      clusters: ['$cluster', 'prod'],
      filters: [{ field: 'stream', op: '=', values: ['$stream', 'X'] }],
    });
    expect(spec).toMatchObject({
      metric: 'lag',
      clusters: ['prod', 'stage'],
      filters: [{ values: ['ORDERS', 'PAYMENTS', 'X'] }],
    });
    expect(querySpec.safeParse(spec).success).toBe(true);
  });

  it('takes "All" for no filter at all, and for all clusters', () => {
    expect(
      of({
        kind: 'metrics',
        metric: 'lag',
        clusters: ['$all'],
        filters: [
          { field: 'stream', op: '=', values: ['$all'] },
          { field: 'consumer', op: '=~', values: ['*'] },
          { field: 'stream', op: '!=', values: ['$all'] },
        ],
      }),
    ).toMatchObject({ clusters: [], filters: [{ field: 'stream', op: '!=', values: ['*'] }] });
  });

  it('drops a filter whose variable holds nothing', () => {
    expect(
      of({ kind: 'inventory', of: 'streams', filters: [{ field: 'stream', op: '=', values: ['$empty'] }] }),
    ).toMatchObject({ filters: [] });
  });

  it('refuses several values where a field takes one, and says which', () => {
    expect(() => of({ kind: 'messages', cluster: '$cluster', stream: 'S' })).toThrow(
      'Cluster takes one value, and $cluster holds 2',
    );
  });

  it('fills every field of messages, and leaves out what is blank', () => {
    expect(
      of({
        kind: 'messages',
        cluster: 'prod',
        stream: '$single',
        subject: 'a.${single}.>',
        text: ' $single ',
        regex: '^x$',
        header: '$empty',
        jsonPath: '  ',
      }),
    ).toEqual({
      kind: 'messages',
      cluster: 'prod',
      stream: 'ORDERS',
      subject: 'a.ORDERS.>',
      text: ' ORDERS ',
      regex: '^x$',
      header: undefined,
      jsonPath: undefined,
    });
  });

  it('fills events', () => {
    const spec = of({ kind: 'events', clusters: ['$cluster'], types: ['$stream'], stream: '$single' });
    expect(spec).toMatchObject({ clusters: ['prod', 'stage'], types: ['ORDERS', 'PAYMENTS'], stream: 'ORDERS' });
    expect(querySpec.safeParse(spec).success).toBe(true);
  });

  it('leaves the macros of SQL to the console', () => {
    const sql = 'SELECT $__timeInterval(time) WHERE $__timeFilter(time) AND x = $__interval AND y = $__interval_ms';
    const withInterval = replaceWith({ __interval: '15s', __interval_ms: 15_000, __timeFilter: 'x' });
    expect(interpolateSpec({ kind: 'sql', sql }, withInterval)).toEqual({
      kind: 'sql',
      sql: sql.replace('$__interval_ms', '15000'),
    });
  });

  it.each([
    ['stream IN ($stream)', "stream IN ('ORDERS','PAYMENTS')"],
    ["stream = '$single'", "stream = 'ORDERS'"],
    ["stream = '$quote'", "stream = 'a\\'; DROP'"],
    ['stream IN ($one)', "stream IN ('a\\'b\\\\c')"],
  ])('writes SQL literals: %s', (sql, expected) => {
    const withQuotes = replaceWith(
      { ...variables, quote: "a'; DROP", one: "a'b\\c" },
      { stream: { multi: true }, one: { includeAll: true } },
    );
    expect(interpolateSpec({ kind: 'sql', sql }, withQuotes)).toEqual({ kind: 'sql', sql: expected });
  });
});
