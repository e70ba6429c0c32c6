import type { QueryFixAction } from '@grafana/data';
import type { QuerySpecInput } from '@jetstream-console/contract';
import type { Filter } from '../types';
import { dimensionsOfSpec } from './adhoc';

const opOf: Readonly<Record<string, Filter['op']>> = { ADD_FILTER: '=', ADD_FILTER_OUT: '!=' };

/** Explore's "filter for value" and "filter out value", on a log line or a cell. What cannot be filtered so stays. */
export function modifySpec(spec: QuerySpecInput, { type, options }: QueryFixAction): QuerySpecInput {
  const op = opOf[type];
  const { key, value } = options ?? {};
  if (op === undefined || key === undefined || value === undefined) return spec;
  if (spec.kind === 'messages') return key === 'subject' && op === '=' ? { ...spec, subject: value } : spec;
  if (spec.kind !== 'metrics' && spec.kind !== 'inventory') return spec;
  const field = dimensionsOfSpec(spec).find((dimension) => dimension === key);
  if (field === undefined) return spec;
  const others = (spec.filters ?? []).filter(
    (f) => !(f.field === field && f.values.length === 1 && f.values[0] === value),
  );
  return { ...spec, filters: [...others, { field, op, values: [value] }] };
}
