// @vitest-environment happy-dom
import { dimensionsOf, metricOf, migrateQuery, querySpec, type QuerySpec } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { panelsOf, readDashboards } from './boards';
import { expand, readFile } from './read';
import { datasourcesFile, rulesFile, type Rule, type RuleData } from './schema';

const { groups } = readFile('alerting/rules.yaml', rulesFile);
const [datasource] = readFile('datasources/jetstream.yaml', datasourcesFile).datasources;
const boards = [...readDashboards().values()];
const rules = groups.flatMap(({ rules: of, interval }) => of.map((rule) => ({ rule, interval })));

type MetricsSpec = Extract<QuerySpec, { kind: 'metrics' }>;
type Query = Extract<RuleData, { relativeTimeRange: unknown }>;
type Expression = Exclude<RuleData, Query>['model'];

const queriesOf = ({ data }: Rule): Query[] => data.flatMap((part) => ('relativeTimeRange' in part ? [part] : []));
const expressionsOf = ({ data }: Rule): Expression[] =>
  data.flatMap((part) => ('relativeTimeRange' in part ? [] : [part.model]));

/** Rules run for nobody in particular, so that they may ask for metrics only; Grafana fills in no variables there. */
function specOf(query: Query): MetricsSpec {
  const spec = querySpec.parse(migrateQuery(query.model).spec);
  if (spec.kind !== 'metrics') throw new Error(`a rule asks for ${spec.kind}`);
  return spec;
}
const inMath = (expression: string) => [...expression.matchAll(/\$([A-Z]+)/g)].map(([, name = '']) => name);
const inputsOf = (model: Expression): string[] =>
  model.type === 'math' ? inMath(model.expression) : [model.expression];
const seconds = (text: string): number =>
  [...text.matchAll(/(\d+)(ms|[smhdw])/g)].reduce(
    (sum, [, n, unit = '']) =>
      sum + Number(n) * ({ ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[unit] ?? NaN),
    0,
  );
const thresholdOf = (rule: Rule) => {
  const model = expressionsOf(rule).find(({ refId }) => refId === rule.condition);
  if (model?.type !== 'threshold') throw new Error(`${rule.uid} has no threshold as its condition`);
  return model;
};

it('there are at least fifteen, each with a uid and a title of its own', () => {
  expect(rules.length).toBeGreaterThanOrEqual(15);
  for (const key of ['uid', 'title'] as const)
    expect(new Set(rules.map(({ rule }) => rule[key])).size).toBe(rules.length);
  expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
});

it('texts hold while there is no figure: Grafana writes them then too, and what cannot be written is an error', () => {
  for (const { rule } of rules)
    for (const text of Object.values(rule.annotations ?? {})) {
      const guarded = text.replace(/\{\{ with \$values\.[A-Z]+ \}\}.*?\{\{ else \}\}.*?\{\{ end \}\}/g, '');
      expect(guarded, rule.uid).not.toContain('$values');
    }
});

it('the field’s list is covered', () => {
  const metrics = new Set(rules.flatMap(({ rule }) => queriesOf(rule).map((query) => specOf(query).metric)));
  for (const metric of [
    'reachable',
    'meta_leader',
    'servers',
    'meta_pending',
    'leaderless',
    'unknown',
    'replicas_behind',
    'limit_use',
    'source_lag',
    'subjects',
    'lag',
    'ack_use',
    'waiting',
    'ack_idle',
    'ack_full',
    'redelivered',
    'js_storage_use',
    'account_storage_use',
    'api_errors',
    'slow_consumers',
    'ha_assets',
  ])
    expect(metrics).toContain(metric);
  const forecasts = rules.flatMap(({ rule }) => queriesOf(rule).map((query) => specOf(query).forecast));
  expect(forecasts).toEqual(expect.arrayContaining(['to_limit', 'drain']));
});

it('one rule tells of no data and of failed queries; the others keep their last state', () => {
  const telling = rules.filter(({ rule }) => rule.noDataState !== 'KeepLast' || rule.execErrState !== 'KeepLast');
  expect(telling.map(({ rule }) => [rule.uid, rule.noDataState, rule.execErrState])).toEqual([
    ['jsc-no-figures', 'Alerting', 'Error'],
  ]);
});

it('a warning ends where the critical rule on the same figure begins', () => {
  const bySpec = new Map<string, Rule[]>();
  for (const { rule } of rules) {
    const [query] = queriesOf(rule);
    if (queriesOf(rule).length !== 1 || !query) continue;
    const reducers = expressionsOf(rule).flatMap((model) => (model.type === 'reduce' ? [model.reducer] : []));
    const key = JSON.stringify([specOf(query), reducers]);
    bySpec.set(key, [...(bySpec.get(key) ?? []), rule]);
  }
  const pairs = [...bySpec.values()].filter((same) => same.length > 1);
  expect(pairs.length).toBeGreaterThanOrEqual(4);
  for (const same of pairs) {
    const rangeOf = (rule: Rule): [number, number] => {
      const [{ evaluator } = { evaluator: { type: 'gt' as const, params: [0] } }] = thresholdOf(rule).conditions;
      const [a = 0, b = 0] = evaluator.params;
      return evaluator.type === 'gt' ? [a, Infinity] : evaluator.type === 'lt' ? [-Infinity, a] : [a, b];
    };
    const [first, second] = same.map(rangeOf).sort((a, b) => a[0] - b[0]);
    expect(same.map(({ labels }) => labels.severity).sort()).toEqual(['critical', 'warning']);
    // A full hundred percent is both below one and above 0.999: there the two may meet.
    expect((first?.[1] ?? NaN) - (second?.[0] ?? NaN), same.map((rule) => rule.uid).join(' ')).toBeLessThanOrEqual(
      0.001001,
    );
  }
});

describe.each(rules.map(({ rule, interval }) => [rule.uid, rule, interval] as const))('%s', (_, rule, interval) => {
  it('asks the provisioned datasource for metrics that exist, by what they know, without variables', () => {
    expect(queriesOf(rule).length).toBeGreaterThan(0);
    for (const query of queriesOf(rule)) {
      expect(query.datasourceUid).toBe(datasource?.uid);
      expect(JSON.stringify(query.model.spec)).not.toContain('$');
      const spec = specOf(query);
      const metric = metricOf(spec.metric);
      expect(metric).toBeDefined();
      for (const dimension of spec.groupBy) expect(dimensionsOf[metric?.source ?? 'cluster']).toContain(dimension);
      // One instance a series: a rule over the first ten would lose the eleventh.
      expect(spec.top).toBeNull();
      expect(query.relativeTimeRange.from).toBeGreaterThan(query.relativeTimeRange.to);
      // Alerts merge nothing into zero: what is not known stays out.
      expect(spec.fill).toBe('none');
    }
  });

  it('is put together of parts that are there, in order, and none for nothing', () => {
    const ids = rule.data.map(({ refId }) => refId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const part of rule.data) expect(part.model.refId).toBe(part.refId);
    const used = new Set<string>([rule.condition]);
    for (const model of expressionsOf(rule))
      for (const input of inputsOf(model)) {
        expect(ids.indexOf(input)).toBeGreaterThanOrEqual(0);
        expect(ids.indexOf(input)).toBeLessThan(ids.indexOf(model.refId));
        used.add(input);
      }
    expect(ids.filter((id) => !used.has(id))).toEqual([]);
    expect(thresholdOf(rule)).toBeDefined();
  });

  it('reduces series before it compares them, and tables not at all', () => {
    for (const query of queriesOf(rule)) {
      const readers = expressionsOf(rule).filter((model) => inputsOf(model).includes(query.refId));
      const expected = specOf(query).format === 'table' ? 'threshold' : 'reduce';
      expect(readers.map(({ type }) => type)).toEqual([expected]);
    }
  });

  it('puts only series together that are told apart alike, or one the wider', () => {
    const grouped = queriesOf(rule).map((query) => specOf(query).groupBy);
    const widest = [...grouped].sort((a, b) => b.length - a.length)[0] ?? [];
    for (const groupBy of grouped) expect(widest.slice(0, groupBy.length)).toEqual(groupBy);
  });

  it('holds for whole evaluations', () => {
    expect(seconds(rule.for) % seconds(interval)).toBe(0);
    if (rule.labels.severity !== 'info' && rule.uid !== 'jsc-slow-consumers')
      expect(seconds(rule.for)).toBeGreaterThan(0);
  });

  it('keeps what is missing for a while, so that an unreachable cluster resolves nothing', () => {
    if (rule.uid === 'jsc-no-figures') return;
    expect((rule.missing_series_evals_to_resolve ?? 0) * seconds(interval)).toBeGreaterThanOrEqual(900);
  });

  it('has templates that survive: doubled dollars in labels, single ones in annotations', () => {
    const filled = expand(rule.labels.resource ?? '', {});
    expect(rule.labels.resource ?? '').not.toMatch(/(^|[^$])\$([^$]|$)/);
    for (const text of Object.values(rule.annotations)) expect(text).not.toContain('$$');
    const known = new Set<string>(queriesOf(rule).flatMap((query) => specOf(query).groupBy));
    const ids = new Set(rule.data.map(({ refId }) => refId));
    const texts = [filled, ...Object.values(rule.annotations)].join(' ');
    for (const [, label = ''] of texts.matchAll(/\$labels\.(\w+)/g)) expect(known).toContain(label);
    for (const [, refId = ''] of texts.matchAll(/\$values\.(\w+)\.Value/g)) expect(ids).toContain(refId);
    expect(texts.match(/\{\{/g)?.length ?? 0).toBe(texts.match(/\}\}/g)?.length ?? 0);
  });

  it('leads to a panel that shows its figure', () => {
    const panel = boards
      .filter(({ uid }) => uid === rule.dashboardUid)
      .flatMap(panelsOf)
      .find(({ id }) => id === rule.panelId);
    const shown = panel?.targets.map(({ spec }) => spec['metric']) ?? [];
    const asked = queriesOf(rule).map((query) => specOf(query).metric);
    expect(shown.some((metric) => asked.includes(String(metric)))).toBe(true);
  });
});
