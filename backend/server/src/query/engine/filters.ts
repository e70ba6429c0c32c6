import { matchesName, type DimensionFilter } from '@jetstream-console/contract';
import { ApiError } from '../../platform/errors';
import { likeOf, type Params } from './params';

/** Parameters travel in the URL of a request to ClickHouse, which ends at a megabyte. */
const maxFilterCharacters = 100_000;

const isGlob = (op: DimensionFilter['op']) => op === '=~' || op === '!~';
const isNegative = (op: DimensionFilter['op']) => op === '!=' || op === '!~';

/** @throws ApiError 400 where a filter names what such rows do not have */
export function checkFilters(filters: readonly DimensionFilter[], dimensions: readonly string[], what: string): void {
  const alien = filters.find(({ field }) => !dimensions.includes(field));
  if (alien)
    throw new ApiError(400, 'no_such_field', `${what} have no ${alien.field}: filter by ${dimensions.join(', ')}.`);
  const size = filters.reduce((sum, { values }) => sum + values.reduce((s, value) => s + value.length, 0), 0);
  if (size > maxFilterCharacters)
    throw new ApiError(400, 'too_many_values', 'The filters hold too many values. Use a pattern such as ORDERS*.');
}

/** One filter as a condition over a column. */
export function filterCondition({ op, values }: DimensionFilter, column: string, params: Params): string {
  if (!isGlob(op)) return `${column} ${op === '=' ? 'IN' : 'NOT IN'} ${params.add('Array(String)', values)}`;
  const any = values.map((value) => `${column} LIKE ${params.add('String', likeOf(value))}`).join(' OR ');
  return isNegative(op) ? `NOT (${any})` : `(${any})`;
}

/** The same, for rows that are in memory. */
export function passes({ op, values }: DimensionFilter, value: string): boolean {
  const found = isGlob(op) ? values.some((glob) => matchesName(glob, value)) : values.includes(value);
  return found !== isNegative(op);
}
