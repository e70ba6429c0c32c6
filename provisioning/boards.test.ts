// @vitest-environment happy-dom
import { dimensionsOf, metricOf, migrateQuery, querySpec, type QuerySpec } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import * as inventory from '../backend/server/src/query/inventory/columns';
import appPlugin from '../plugins/app/src/plugin.json';
import { dimensionsOfSpec } from '../plugins/datasource/src/query/adhoc';
import { interpolateSpec } from '../plugins/datasource/src/query/interpolate';
import { missingIn } from '../plugins/datasource/src/query/missing';
import { currentQuery } from '../plugins/datasource/src/query/migrate';
import { replaceWith } from '../plugins/datasource/src/test/templates';
import { missingInVariable, variableQuery } from '../plugins/datasource/src/variables/query';
import { panelsOf, readDashboards, targetsOf } from './boards';
import type { Dashboard, Panel, Target } from './boards.schema';

const boards = [...readDashboards()];
const each = boards.map(([file, board]) => [file, board] as const);

/** What Grafana puts in by itself. */
const builtIn = /^__/;
const variablesIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = '']) => name);
const named = (board: Dashboard): ReadonlySet<string> => new Set(board.templating.list.map(({ name }) => name));

/** The spec as the backend gets it with something chosen in every variable. */
function asked(board: Dashboard, target: Target): QuerySpec {
  const values = Object.fromEntries([...named(board)].map((name) => [name, ['first', 'second']]));
  return querySpec.parse(interpolateSpec(currentQuery(target).spec, replaceWith(values)));
}
const metricsOf = (panel: Panel) =>
  panel.targets.flatMap(({ spec }) => (spec['kind'] === 'metrics' ? [metricOf(String(spec['metric']))] : []));

it('there is a dashboard for each part of the system', () => {
  expect(boards.map(([file]) => file).sort()).toEqual([
    'jetstream-console.json',
    'jetstream-consumers.json',
    'jetstream-overview.json',
    'jetstream-servers.json',
    'jetstream-streams.json',
  ]);
});

it('no uid and no title is there twice', () => {
  for (const key of ['uid', 'title'] as const)
    expect(new Set(boards.map(([, board]) => board[key])).size).toBe(boards.length);
});

describe.each(each)('%s', (file, board) => {
  it('is named after its uid', () => {
    expect(`${board.uid}.json`).toBe(file);
  });

  it('has panels with ids of their own, which do not lie on one another', () => {
    const ids = board.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const taken = new Map<string, string>();
    for (const { gridPos, title } of board.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.get(`${x},${y}`), `${title} lies on another panel`).toBeUndefined();
          taken.set(`${x},${y}`, title);
        }
    }
  });

  it('asks the chosen console and no other datasource', () => {
    const uids = [...targetsOf(board), ...panelsOf(board)].map(({ datasource }) => datasource.uid);
    expect(new Set(uids)).toEqual(new Set(['${ds}']));
  });

  it('asks only what the backend takes, with nothing missing', () => {
    for (const target of targetsOf(board)) {
      expect(missingIn(currentQuery(target).spec)).toBeNull();
      expect(() => asked(board, target)).not.toThrow();
      expect(migrateQuery(target).spec).toEqual(target.spec);
    }
  });

  it('asks for metrics that exist, told apart and filtered by what they know', () => {
    for (const target of targetsOf(board)) {
      const spec = asked(board, target);
      if (spec.kind !== 'metrics' && spec.kind !== 'inventory') continue;
      const known = dimensionsOfSpec(spec);
      for (const { field } of spec.filters) expect(known).toContain(field);
      if (spec.kind !== 'metrics') continue;
      const metric = metricOf(spec.metric);
      expect(metric, spec.metric).toBeDefined();
      for (const dimension of spec.groupBy) expect(dimensionsOf[metric?.source ?? 'cluster']).toContain(dimension);
      if (spec.forecast) expect(metric?.source).toBe(spec.forecast === 'to_limit' ? 'stream' : 'consumer');
    }
  });

  it('sorts tables by columns that they have', () => {
    const columns: Record<string, readonly { name: string }[]> = {
      clusters: inventory.clusterColumns,
      servers: inventory.serverColumns,
      accounts: inventory.accountColumns,
      streams: inventory.streamColumns,
      consumers: inventory.consumerColumns,
      buckets: inventory.bucketColumns,
      subjects: inventory.subjectColumns,
    };
    for (const target of targetsOf(board)) {
      const spec = asked(board, target);
      if (spec.kind === 'inventory' && spec.sort !== null)
        expect((columns[spec.of] ?? []).map(({ name }) => name)).toContain(spec.sort);
    }
  });

  it('refers to variables that it has', () => {
    const known = named(board);
    const missing = variablesIn(board).filter((name) => !builtIn.test(name) && !known.has(name));
    expect(missing).toEqual([]);
    // And every variable is there for something.
    const used = new Set(variablesIn([board.panels, board.annotations, board.templating.list]));
    const idle = board.templating.list.filter(({ name, type }) => type !== 'adhoc' && !used.has(name));
    expect(idle.map(({ name }) => name)).toEqual([]);
  });

  it('has variables that can be listed, each after those it depends on', () => {
    const before = new Set<string>();
    for (const variable of board.templating.list) {
      if (variable.type === 'query') {
        const query = variableQuery(variable.query);
        expect(missingInVariable(query)).toBeNull();
        expect(query).toMatchObject(variable.query);
        for (const name of variablesIn(variable.query)) expect(before).toContain(name);
      }
      before.add(variable.name);
    }
  });

  it('shows every figure in its unit', () => {
    for (const panel of panelsOf(board)) {
      const counted = panel.targets.every(({ spec }) => spec['aggregate'] === 'sum' || spec['aggregate'] === 'count');
      for (const metric of metricsOf(panel)) {
        if (panel.targets.some(({ spec }) => typeof spec['forecast'] === 'string')) {
          expect(panel.fieldConfig.defaults.unit, panel.title).toBe('s');
        } else if (metric?.kind === 'state' && counted) {
          expect(panel.fieldConfig.defaults.unit, panel.title).toBe('short');
        } else expect(panel.fieldConfig.defaults.unit, panel.title).toBe(metric?.unit);
      }
    }
  });

  it('says of every figure where it comes from', () => {
    for (const panel of panelsOf(board))
      for (const metric of metricsOf(panel)) expect(panel.description, panel.title).toContain(metric?.from);
  });

  it('leads to pages of the app', () => {
    const pages = appPlugin.includes.flatMap(({ path }) => path);
    const urls = [...JSON.stringify(board).matchAll(/"url":"(\/a\/[^"?]*)/g)].map(([, url]) => url);
    expect(urls.length).toBeGreaterThan(0);
    for (const url of urls) expect(pages).toContain(url);
  });
});
