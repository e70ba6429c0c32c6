import { queryVersion, type QuerySpecInput } from '@jetstream-console/contract';
import { rawRange, secondsBack, type ChartRange } from './range';

export const datasourceType = 'natsconsole-jetstream-datasource';

export interface DatasourceRef {
  readonly uid: string;
  readonly type: string;
}

interface Target {
  readonly datasource: DatasourceRef;
  readonly specs: readonly QuerySpecInput[];
  readonly range: ChartRange;
}

/** Spaces as %20: not every reader of Grafana's URLs takes a plus for one. */
const query = (params: Readonly<Record<string, string>>) =>
  Object.entries(params)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&');

const refIdOf = (i: number) => String.fromCharCode(65 + i);
const storedQuery = (refId: string, datasource: DatasourceRef, spec: QuerySpecInput) => ({
  refId,
  datasource,
  v: queryVersion,
  spec,
});

/** The same queries over the same time in Explore. Grafana's pane model: `schemaVersion=1&panes={a:{…}}`. */
export function exploreUrl({ datasource, specs, range }: Target, orgId: number): string {
  const pane = {
    datasource: datasource.uid,
    queries: specs.map((spec, i) => storedQuery(refIdOf(i), datasource, spec)),
    range: rawRange(range),
  };
  return `/explore?${query({ schemaVersion: '1', panes: JSON.stringify({ a: pane }), orgId: String(orgId) })}`;
}

export interface AlertDraft {
  readonly name: string;
  readonly spec: Extract<QuerySpecInput, { kind: 'metrics' }>;
  readonly when: 'above' | 'below';
  readonly value: number;
  /** how long it has to hold, as Grafana writes durations */
  readonly for: string;
  readonly summary: string;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly range: ChartRange;
}

const expressions = { uid: '__expr__', type: '__expr__' };
const pairs = (record: Readonly<Record<string, string>>) =>
  Object.entries(record).map(([key, value]) => ({ key, value }));

/**
 * A new rule in Grafana with everything filled in: the query, its last known value, and the threshold. One instance a
 * series. What Grafana reads is a partial of its rule form (`RuleFormValues`) in `defaults`.
 */
export function alertUrl(draft: AlertDraft, datasource: DatasourceRef, returnTo: string): string {
  const lookBack = { from: secondsBack(draft.range), to: 0 };
  const expression = (refId: string, model: Record<string, unknown>) => ({
    refId,
    datasourceUid: expressions.uid,
    queryType: '',
    model: { refId, datasource: expressions, ...model },
  });
  const defaults = {
    name: draft.name,
    type: 'grafana-alerting',
    queries: [
      {
        refId: 'A',
        datasourceUid: datasource.uid,
        queryType: '',
        relativeTimeRange: lookBack,
        // Every series is an instance: a rule over the first ten would lose those that come after.
        model: storedQuery('A', datasource, { ...draft.spec, top: null, format: 'series' }),
      },
      expression('B', { type: 'reduce', reducer: 'last', expression: 'A', settings: { mode: 'dropNN' } }),
      expression('C', {
        type: 'threshold',
        expression: 'B',
        conditions: [{ evaluator: { type: draft.when === 'above' ? 'gt' : 'lt', params: [draft.value] } }],
      }),
    ],
    condition: 'C',
    evaluateFor: draft.for,
    // No data is not a value: it neither fires as one nor resolves what fires.
    noDataState: 'KeepLast',
    execErrState: 'KeepLast',
    labels: pairs({ __grafana_origin: 'plugin/natsconsole-jetstream-app', ...draft.labels }),
    annotations: pairs({ summary: draft.summary, description: draft.description }),
  };
  return `/alerting/new/alerting?${query({ defaults: JSON.stringify(defaults), returnTo })}`;
}
