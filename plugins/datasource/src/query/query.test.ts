// @vitest-environment happy-dom
import { CoreApp } from '@grafana/data';
import { querySpec, type QueryKind, type QuerySpecInput } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { defaultQuery, firstSpec } from './defaults';
import { displayText } from './display';
import { currentQuery } from './migrate';
import { missingIn } from './missing';

const kinds: readonly QueryKind[] = ['metrics', 'inventory', 'messages', 'events', 'sql'];

describe('a new query', () => {
  it.each(kinds)('of kind %s is one that the backend takes, or says what it lacks', (kind) => {
    const spec = firstSpec(kind);
    expect(spec.kind).toBe(kind);
    expect(querySpec.safeParse(spec).success || missingIn(spec) !== null).toBe(true);
  });

  it.each([CoreApp.Explore, CoreApp.PanelEditor, CoreApp.UnifiedAlerting, undefined])(
    'in %s shows something',
    (app) => {
      const { spec } = defaultQuery(app);
      expect(querySpec.safeParse(spec).success).toBe(true);
      expect(missingIn(spec)).toBeNull();
    },
  );

  it('asks for one series a consumer in alerting', () => {
    expect(defaultQuery(CoreApp.UnifiedAlerting).spec).toMatchObject({
      metric: 'lag',
      groupBy: ['cluster', 'stream', 'consumer'],
    });
  });
});

describe('a query that Grafana hands over', () => {
  it('gets the default when nobody has chosen anything', () => {
    expect(currentQuery({ refId: 'A', datasource: { uid: 'x' } }).spec).toEqual(firstSpec('metrics'));
  });

  it('is migrated from the flat form, keeping what is Grafana’s', () => {
    const old = { refId: 'A', hide: true, key: 'k', kind: 'metrics', metric: 'lag', groupBy: ['stream'] };
    expect(currentQuery(old)).toEqual({
      refId: 'A',
      hide: true,
      key: 'k',
      v: 1,
      spec: { kind: 'metrics', metric: 'lag', groupBy: ['stream'] },
    });
  });

  it('has every field that the editor reads', () => {
    expect(currentQuery({ refId: 'A', v: 1, spec: { kind: 'messages' } }).spec).toEqual({
      kind: 'messages',
      cluster: '',
      stream: '',
    });
  });

  it('changes nothing in the current form', () => {
    const query = { refId: 'A', v: 1, live: true, spec: { kind: 'sql', sql: 'select 1', format: 'table' } };
    expect(currentQuery(query)).toEqual(query);
  });

  it('is refused when it is of a newer plugin, or of no kind', () => {
    expect(() => currentQuery({ refId: 'A', v: 7, spec: { kind: 'sql' } })).toThrow('newer version');
    expect(() => currentQuery({ refId: 'A', v: 1, spec: { kind: 'promql' } })).toThrow('no known kind');
  });
});

describe('what a query lacks', () => {
  it.each<[QuerySpecInput, RegExp | null]>([
    [{ kind: 'metrics', metric: '' }, /metric/],
    [{ kind: 'metrics', metric: '$metric' }, null],
    [{ kind: 'inventory', of: 'subjects' }, /stream/],
    [{ kind: 'inventory', of: 'subjects', stream: 'S' }, null],
    [{ kind: 'messages', cluster: ' ', stream: 'S' }, /cluster/],
    [{ kind: 'messages', cluster: 'c', stream: '' }, /stream/],
    [{ kind: 'events', of: [] }, /event/],
    [{ kind: 'events' }, null],
    [{ kind: 'sql', sql: ' \n' }, /SELECT/],
  ])('%j', (spec, expected) => {
    const missing = missingIn(spec);
    if (expected === null) expect(missing).toBeNull();
    else expect(missing).toMatch(expected);
  });
});

describe('a query in words', () => {
  it.each<[QuerySpecInput, string]>([
    [
      {
        kind: 'metrics',
        metric: 'lag',
        clusters: ['prod'],
        groupBy: ['stream', 'consumer'],
        aggregate: 'max',
        filters: [{ field: 'stream', op: '=~', values: ['ORD*', 'PAY*'] }],
        top: 5,
      },
      'max of Lag (consumers) on prod where stream =~ (ORD*, PAY*) by stream, consumer, top 5',
    ],
    [{ kind: 'metrics', metric: '$metric' }, 'sum of $metric'],
    [{ kind: 'inventory', of: 'subjects', stream: 'ORDERS' }, 'Subjects of ORDERS'],
    [{ kind: 'messages', cluster: 'prod', stream: 'ORDERS', subject: 'o.>' }, 'Messages of ORDERS on prod on o.>'],
    [{ kind: 'events', of: ['advisories', 'audit'], stream: 'ORDERS' }, 'Advisories, Audit of ORDERS'],
    [{ kind: 'sql', sql: 'select 1\n  from x ' }, 'select 1 from x'],
  ])('%#', (spec, expected) => {
    expect(displayText(spec)).toBe(expected);
  });
});
