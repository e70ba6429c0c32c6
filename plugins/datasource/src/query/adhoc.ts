import type { AdHocVariableFilter } from '@grafana/data';
import { dimensionsOf, metricOf, type QuerySpecInput } from '@jetstream-console/contract';
import type { Dimension, Filter, SpecOf } from '../types';
import { everything } from './interpolate';

/** Grafana's names of the operators that we have. Its regular expressions are globs here, as in the query editor. */
const ops: Readonly<Record<string, Filter['op']>> = {
  '=': '=',
  '!=': '!=',
  '=|': '=',
  '!=|': '!=',
  '=~': '=~',
  '!~': '!~',
};

const inventoryDimensions: Readonly<Record<SpecOf<'inventory'>['of'], readonly Dimension[]>> = {
  clusters: ['cluster'],
  servers: ['cluster', 'server'],
  accounts: ['cluster', 'account', 'domain'],
  streams: ['cluster', 'account', 'domain', 'stream'],
  consumers: ['cluster', 'account', 'domain', 'stream', 'consumer'],
  buckets: ['cluster', 'account', 'domain'],
  object_stores: ['cluster', 'account', 'domain'],
  subjects: ['cluster', 'account', 'domain'],
};

/** By what a query can be filtered: a metric of servers knows no streams. */
export function dimensionsOfSpec(spec: QuerySpecInput): readonly Dimension[] {
  if (spec.kind === 'inventory') return inventoryDimensions[spec.of];
  if (spec.kind !== 'metrics') return [];
  const metric = metricOf(spec.metric);
  return metric ? dimensionsOf[metric.source] : [];
}

/** @throws Error for an operator that names and globs do not have */
function toFilter({ key, operator, value, values }: AdHocVariableFilter, field: Dimension): Filter {
  const op = ops[operator];
  if (op === undefined)
    throw new Error(`The filter on ${key} uses ${operator}, which names do not have: use =, !=, =~ or !~.`);
  return { field, op, values: values && values.length > 0 ? values : [value] };
}

const isAll = ({ op, values }: Filter) => values.includes(everything) && (op === '=' || op === '=~');

/** A dashboard's ad hoc filters, laid on every query that they can apply to; the others stay as they are. */
export function applyAdHoc(spec: QuerySpecInput, filters: readonly AdHocVariableFilter[] | undefined): QuerySpecInput {
  if (!filters || filters.length === 0 || (spec.kind !== 'metrics' && spec.kind !== 'inventory')) return spec;
  const dimensions = dimensionsOfSpec(spec);
  const added = filters.flatMap((filter) => {
    const field = dimensions.find((dimension) => dimension === filter.key);
    return field === undefined || filter.value === '' ? [] : [toFilter(filter, field)];
  });
  return { ...spec, filters: [...(spec.filters ?? []), ...added.filter((filter) => !isAll(filter))] };
}
