import { describe, expect, it } from 'vitest';
import { querySpec } from './query';
import { migrateQuery } from './storedQuery';

describe('a stored query', () => {
  it('keeps its spec where it has the current form', () => {
    const spec = { kind: 'metrics', metric: 'lag' };
    expect(migrateQuery({ refId: 'A', hide: false, datasource: { uid: 'x' }, v: 1, spec })).toEqual({ v: 1, spec });
  });

  it('gathers the fields of the form without a version, and leaves what is Grafana’s', () => {
    const old = {
      refId: 'B',
      key: 'Q-1',
      hide: false,
      datasource: { type: 'natsconsole-jetstream-datasource', uid: 'x' },
      queryType: '',
      intervalMs: 1000,
      maxDataPoints: 43200,
      kind: 'metrics',
      metric: 'published',
      groupBy: ['stream'],
    };
    const { v, spec } = migrateQuery(old);
    expect(v).toBe(1);
    expect(spec).toEqual({ kind: 'metrics', metric: 'published', groupBy: ['stream'] });
    expect(querySpec.safeParse(spec).success).toBe(true);
  });

  it('prefers the old form to a default query that Grafana laid below it', () => {
    const merged = {
      v: 1,
      spec: { kind: 'metrics', metric: 'lag' },
      live: true,
      refId: 'A',
      kind: 'sql',
      sql: 'select 1',
    };
    expect(migrateQuery(merged).spec).toEqual({ kind: 'sql', sql: 'select 1' });
  });

  it('takes a spec without a version, as a hand-written rule may hold it', () => {
    expect(migrateQuery({ refId: 'A', spec: { kind: 'sql', sql: 'select 1' } }).spec).toEqual({
      kind: 'sql',
      sql: 'select 1',
    });
  });

  it('is stable: migrating twice changes nothing', () => {
    const once = migrateQuery({ refId: 'A', kind: 'inventory', of: 'streams' });
    expect(migrateQuery(once)).toEqual(once);
  });

  it.each([
    [{ refId: 'A', v: 2, spec: {} }, /newer version/],
    [{ refId: 'A', v: 'x', spec: {} }, /no form that is known/],
    [{ refId: 'A', v: 0, spec: {} }, /no form that is known/],
    [{ refId: 'A', v: 1 }, /holds no spec/],
    [{ refId: 'A' }, /holds no spec/],
    [{ refId: 'A', v: 1, spec: [] }, /holds no spec/],
    ['select 1', /is an object/],
    [null, /is an object/],
  ])('refuses %j and says what to do', (model, message) => {
    expect(() => migrateQuery(model)).toThrow(message);
  });
});
