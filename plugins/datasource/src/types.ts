import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import type { Dimension, queryRoutes, queryVersion, QueryIn, QuerySpecInput } from '@jetstream-console/contract';

/** A query as dashboards, rules and links keep it. `spec` goes to the backend, `live` stays in the page. */
export interface JetStreamQuery extends DataQuery {
  v: typeof queryVersion;
  spec: QuerySpecInput;
  /** keep the answer growing through Grafana Live instead of asking again */
  live?: boolean;
}

export type SpecOf<K extends QuerySpecInput['kind']> = Extract<QuerySpecInput, { kind: K }>;
export type Filter = NonNullable<SpecOf<'metrics'>['filters']>[number];
export type ValueKind = QueryIn<(typeof queryRoutes)['listValues']>['of'];

/** What a template variable lists. */
export interface VariableQuery extends DataQuery {
  of: ValueKind;
  /** id, name or variable; all that I may see where empty */
  cluster?: string;
  stream?: string;
  /** part of a name; narrows on the server */
  search?: string;
}

export interface JetStreamOptions extends DataSourceJsonData {
  apiUrl?: string;
  connectionId?: string;
}

export interface JetStreamSecrets {
  gatewaySecret?: string;
}

export type { Dimension };
