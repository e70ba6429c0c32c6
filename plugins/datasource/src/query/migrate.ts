import type { DataQuery } from '@grafana/schema';
import { migrateQuery, type QueryKind, type QuerySpecInput } from '@jetstream-console/contract';
import type { JetStreamQuery } from '../types';
import { defaultQuery } from './defaults';

/** The required fields of a kind, empty: unlike its default they choose nothing that nobody chose. */
const blank: { readonly [K in QueryKind]: Extract<QuerySpecInput, { kind: K }> } = {
  metrics: { kind: 'metrics', metric: '' },
  inventory: { kind: 'inventory', of: 'streams' },
  messages: { kind: 'messages', cluster: '', stream: '' },
  events: { kind: 'events' },
  sql: { kind: 'sql', sql: '' },
};

const blanks: Readonly<Record<string, object>> = blank;
const hasKind = (spec: object): spec is QuerySpecInput =>
  'kind' in spec && typeof spec.kind === 'string' && spec.kind in blank;

/** Nothing but what Grafana puts on every query: nobody has chosen anything yet. */
const isNew = (query: DataQuery) => !('spec' in query) && !('kind' in query) && !('v' in query);

/**
 * What Grafana hands over, in the current form: older ones migrated, fields that an editor reads present.
 * @throws Error for a query of a newer plugin, or of no known kind
 */
export function currentQuery<Q extends DataQuery>(query: Q): Q & JetStreamQuery {
  if (isNew(query)) return { ...query, ...defaultQuery(undefined) };
  const { v, spec: stored } = migrateQuery(query);
  const spec: object = { ...blanks[String(stored['kind'])], ...stored };
  if (!hasKind(spec)) throw new Error(`This query is of no known kind (${JSON.stringify(stored['kind'])}).`);
  // The flat form's fields have moved into the spec.
  const rest = Object.fromEntries(Object.entries(query).filter(([key]) => !(key in stored))) as Q;
  return { ...rest, v, spec };
}
