import { CoreApp } from '@grafana/data';
import { queryVersion, type QueryKind, type QuerySpecInput } from '@jetstream-console/contract';
import type { JetStreamQuery, SpecOf } from '../types';

/** What a query starts as when its kind is chosen: each shows something wherever there is a cluster. */
const first: { readonly [K in QueryKind]: SpecOf<K> } = {
  metrics: { kind: 'metrics', metric: 'published', groupBy: ['cluster', 'stream'], aggregate: 'sum', top: 10 },
  inventory: { kind: 'inventory', of: 'streams', sort: null, limit: 100 },
  messages: { kind: 'messages', cluster: '', stream: '', limit: 100 },
  events: { kind: 'events', of: ['advisories'], limit: 500 },
  sql: {
    kind: 'sql',
    sql: 'SELECT stream, max(bytes_total) AS bytes\nFROM stream_metrics\nWHERE $__timeFilter(time)\nGROUP BY stream\nORDER BY bytes DESC\nLIMIT 20',
    format: 'table',
  },
};

/** An alert asks for the figure that most rules are about, one series an instance. */
const forAlerting: SpecOf<'metrics'> = {
  kind: 'metrics',
  metric: 'lag',
  groupBy: ['cluster', 'stream', 'consumer'],
  aggregate: 'max',
};

export const firstSpec = (kind: QueryKind): QuerySpecInput => first[kind];

export function defaultQuery(app: CoreApp | undefined): Pick<JetStreamQuery, 'v' | 'spec'> {
  return { v: queryVersion, spec: app === CoreApp.UnifiedAlerting ? forAlerting : first.metrics };
}

export const annotationSpec = first.events;
