/**
 * How a query is kept in dashboards, alert rules and links: Grafana's own keys beside `{v, spec}`, where `spec` is what
 * `POST /query` takes. Alert evaluations pass no page, so the gateway migrates with the same function as the editor.
 */
export const queryVersion = 1;

export interface StoredQuery {
  readonly v: typeof queryVersion;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** What Grafana and its alerting keep on a query for themselves. */
const grafanaKeys: ReadonlySet<string> = new Set([
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
 * The current form of a stored query. Without a version the fields of the spec stood flat beside Grafana's own.
 * @throws Error whose message a person can act on
 */
export function migrateQuery(model: unknown): StoredQuery {
  if (!isRecord(model)) throw new Error('A query is an object with refId, v and spec.');
  const { v } = model;
  if (v === undefined) {
    const spec = isRecord(model['spec'])
      ? model['spec']
      : Object.fromEntries(Object.entries(model).filter(([key]) => !grafanaKeys.has(key)));
    return { v: queryVersion, spec };
  }
  if (v !== queryVersion)
    throw new Error(
      typeof v === 'number' && v > queryVersion
        ? `This query was stored by a newer version of the datasource (form ${v}): update the plugin.`
        : `This query names no form that is known (v: ${JSON.stringify(v)}): open it in the editor and save it again.`,
    );
  if (!isRecord(model['spec'])) throw new Error('This query holds no spec: open it in the editor and save it again.');
  return { v: queryVersion, spec: model['spec'] };
}
