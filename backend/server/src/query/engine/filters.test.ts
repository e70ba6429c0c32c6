import { filterOps, matchesName, type DimensionFilter } from '@jetstream-console/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFilters, filterCondition, passes } from './filters';
import { Params } from './params';

describe('a filter', () => {
  it.each([
    ['=', 'stream IN {p0:Array(String)}', { p0: ['A', 'B*'] }],
    ['!=', 'stream NOT IN {p0:Array(String)}', { p0: ['A', 'B*'] }],
    ['=~', '(stream LIKE {p0:String} OR stream LIKE {p1:String})', { p0: 'A', p1: 'B%' }],
    ['!~', 'NOT (stream LIKE {p0:String} OR stream LIKE {p1:String})', { p0: 'A', p1: 'B%' }],
  ] as const)('%s is a condition over parameters', (op, condition, values) => {
    const params = new Params();
    expect(filterCondition({ field: 'stream', op, values: ['A', 'B*'] }, 'stream', params)).toBe(condition);
    expect(params.values).toEqual(values);
  });

  it('means the same in memory', () => {
    const names = fc.string({ unit: fc.constantFrom('A', 'B', '*', '?', '%', '_'), maxLength: 4 });
    fc.assert(
      fc.property(
        fc.constantFrom(...filterOps),
        fc.array(names, { minLength: 1, maxLength: 3 }),
        names,
        (op, values, value) => {
          const glob = op === '=~' || op === '!~';
          const any = values.some((v) => (glob ? matchesName(v, value) : v === value));
          expect(passes({ field: 'stream', op, values }, value)).toBe(op.startsWith('!') ? !any : any);
        },
      ),
    );
  });

  it('is refused where rows have no such field, or where it holds too much', () => {
    const filter: DimensionFilter = { field: 'server', op: '=', values: ['n1'] };
    expect(() => checkFilters([filter], ['cluster', 'stream'], 'Streams')).toThrow(
      /Streams have no server: filter by cluster, stream/,
    );
    expect(() => checkFilters([{ ...filter, values: ['x'.repeat(100_001)] }], ['server'], 'Servers')).toThrow(
      /too many values/,
    );
    expect(() => checkFilters([filter], ['server'], 'Servers')).not.toThrow();
  });
});
