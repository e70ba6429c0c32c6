import type { QuerySpecInput } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { applyAdHoc, dimensionsOfSpec } from './adhoc';

const lag: QuerySpecInput = {
  kind: 'metrics',
  metric: 'lag',
  filters: [{ field: 'consumer', op: '=', values: ['billing'] }],
};
const filter = (key: string, operator: string, value: string, values?: string[]) => ({ key, operator, value, values });

describe('ad hoc filters', () => {
  it.each([
    ['=', filter('stream', '=', 'ORDERS'), { field: 'stream', op: '=', values: ['ORDERS'] }],
    ['!=', filter('stream', '!=', 'ORDERS'), { field: 'stream', op: '!=', values: ['ORDERS'] }],
    ['=|', filter('stream', '=|', 'A', ['A', 'B']), { field: 'stream', op: '=', values: ['A', 'B'] }],
    ['!=|', filter('stream', '!=|', 'A', ['A', 'B']), { field: 'stream', op: '!=', values: ['A', 'B'] }],
    ['=~', filter('stream', '=~', 'ORD*'), { field: 'stream', op: '=~', values: ['ORD*'] }],
    ['!~', filter('stream', '!~', 'ORD*'), { field: 'stream', op: '!~', values: ['ORD*'] }],
  ])('%s joins the filters of the query', (_, given, expected) => {
    expect(applyAdHoc(lag, [given])).toMatchObject({
      filters: [{ field: 'consumer', op: '=', values: ['billing'] }, expected],
    });
  });

  it('leaves alone what the query cannot be filtered by', () => {
    expect(applyAdHoc({ kind: 'metrics', metric: 'cpu' }, [filter('stream', '=', 'ORDERS')])).toMatchObject({
      filters: [],
    });
    const sql: QuerySpecInput = { kind: 'sql', sql: 'select 1' };
    expect(applyAdHoc(sql, [filter('stream', '=', 'ORDERS')])).toBe(sql);
  });

  it('narrows an inventory', () => {
    expect(applyAdHoc({ kind: 'inventory', of: 'servers' }, [filter('server', '=', 'n1')])).toMatchObject({
      filters: [{ field: 'server', op: '=', values: ['n1'] }],
    });
  });

  it('takes * for everything, and an empty value for nothing chosen yet', () => {
    expect(applyAdHoc(lag, [filter('stream', '=', '*'), filter('stream', '=', '')])).toMatchObject({
      filters: [{ field: 'consumer' }],
    });
  });

  it('refuses an operator that names do not have', () => {
    expect(() => applyAdHoc(lag, [filter('stream', '<', 'A')])).toThrow('uses <');
  });

  it('knows the dimensions of metrics and of tables', () => {
    expect(dimensionsOfSpec(lag)).toContain('consumer');
    expect(dimensionsOfSpec({ kind: 'metrics', metric: 'nope' })).toEqual([]);
    expect(dimensionsOfSpec({ kind: 'inventory', of: 'streams' })).not.toContain('consumer');
    expect(dimensionsOfSpec({ kind: 'sql', sql: '' })).toEqual([]);
  });
});
