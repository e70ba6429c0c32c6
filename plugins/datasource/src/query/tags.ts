import type { AdHocVariableFilter } from '@grafana/data';
import { dimensions } from '@jetstream-console/contract';
import type { ValuesInput } from '../resources';
import type { Dimension, JetStreamQuery } from '../types';
import { dimensionsOfSpec } from './adhoc';
import { currentQuery } from './migrate';

/** What the queries at hand can be filtered by; everything where none is known. */
export function tagKeys(queries: readonly JetStreamQuery[] | undefined): Dimension[] {
  const found = new Set((queries ?? []).flatMap((query) => dimensionsOfSpec(currentQuery(query).spec)));
  return found.size === 0 ? [...dimensions] : dimensions.filter((dimension) => found.has(dimension));
}

/** How to ask for the values of a filter, narrowed by what the filters beside it say; null where it is none of ours. */
export function tagValuesInput(key: string, filters: readonly AdHocVariableFilter[]): ValuesInput | null {
  const of = dimensions.find((dimension) => dimension === key);
  if (of === undefined) return null;
  const only = (name: Dimension) => filters.find((f) => f.key === name && f.operator === '=' && f.value !== '')?.value;
  const cluster = of === 'cluster' ? undefined : only('cluster');
  const stream = of === 'consumer' ? only('stream') : undefined;
  return { of, ...(cluster && { cluster }), ...(stream && { stream }) };
}
