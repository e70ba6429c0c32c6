/**
 * How a query is kept in dashboards, alert rules and links: Grafana's own keys beside `{v, spec}`, where `spec` is what
 * `POST /query` takes. Alert evaluations pass no page, so the gateway migrates with the same function as the editor.
 */
export const queryVersion = 1;

export interface StoredQuery {
  readonly v: typeof queryVersion;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** What is kept on a query beside its spec: by Grafana and its alerting, and by the editor. */
const besideSpec: ReadonlySet<string> = new Set([
  'v',
  'spec',
  'live',
  'refId',
  'hide',
  'key',
  'datasource',
  'datasourceId',
  'queryType',
  'intervalMs',
  'maxDataPoints',
  'timeRange',
  'resultAssertions',
  'metadata',
]);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The current form of a stored query. In the form before versions the fields of the spec stood flat beside Grafana's
 * own: a `kind` there tells it, also where Grafana has laid a default query below it.
 * @throws Error whose message a person can act on
 */
export function migrateQuery(model: unknown): StoredQuery {
  if (!isRecord(model)) throw new Error('A query is an object with refId, v and spec.');
  if (typeof model['kind'] === 'string')
    return {
      v: queryVersion,
      spec: Object.fromEntries(Object.entries(model).filter(([key]) => !besideSpec.has(key))),
    };
  const { v = queryVersion } = model;
  if (v !== queryVersion)
    throw new Error(
      typeof v === 'number' && v > queryVersion
        ? `This query was stored by a newer version of the datasource (form ${v}): update the plugin.`
        : `This query names no form that is known (v: ${JSON.stringify(v)}): open it in the editor and save it again.`,
    );
  if (!isRecord(model['spec'])) throw new Error('This query holds no spec: open it in the editor and save it again.');
  return { v: queryVersion, spec: model['spec'] };
}
