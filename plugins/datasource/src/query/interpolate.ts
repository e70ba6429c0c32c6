import type { QuerySpecInput } from '@jetstream-console/contract';
import type { Filter } from '../types';

/** What a formatter is told of a variable beside its value. */
interface VariableInfo {
  readonly multi?: boolean;
  readonly includeAll?: boolean;
}
type Formatter = (value: unknown, variable?: VariableInfo) => string;
/** Grafana's template service, with the scoped variables of the request filled in. */
export type Replace = (text: string, format: Formatter) => string;

/** Selects everything, as a variable's "All" does where its custom value is this. */
export const everything = '*';

const boundary = '\u0001';
const listOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

/** Every text that comes of the variables in it: one without variables, one a value of a variable, all pairs of two. */
export function expand(text: string, replace: Replace): string[] {
  // The values travel through the template service as JSON between two characters that no JSON holds.
  const replaced = replace(
    text.replaceAll(boundary, ''),
    (value) => `${boundary}${JSON.stringify(listOf(value))}${boundary}`,
  );
  return replaced.split(boundary).reduce<string[]>(
    (heads, part, i) => {
      const choices = i % 2 === 0 ? [part] : listOf(JSON.parse(part));
      return heads.flatMap((head) => choices.map((choice) => head + choice));
    },
    [''],
  );
}

/** @throws Error where a variable holds several values and the field takes one */
function one(text: string, field: string, replace: Replace): string {
  const [first = '', ...rest] = expand(text, replace);
  if (rest.length > 0)
    throw new Error(`${field} takes one value, and ${text} holds ${rest.length + 1}: choose one in the variable.`);
  return first;
}

const quoted = (text: string) => `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;

/**
 * A variable in SQL: one that can hold several values becomes a list of literals, for `IN ($stream)`; one that cannot
 * becomes its text with quotes escaped, for `'$stream'`. The same as Grafana's own SQL datasources do.
 */
const sqlFormat: Formatter = (value, variable) =>
  Array.isArray(value) || variable?.multi || variable?.includeAll
    ? listOf(value).map(quoted).join(',')
    : quoted(String(value)).slice(1, -1);

/** The console fills these in itself, for rules too; Grafana has variables of the same names. */
const sqlMacro = /(\$__(?:timeFilter|timeInterval|timeFrom|timeTo|interval_s|interval)\b)/;
const sqlText = (sql: string, replace: Replace): string =>
  sql
    .split(sqlMacro)
    .map((part, i) => (i % 2 === 1 ? part : replace(part, sqlFormat)))
    .join('');

const many = (texts: readonly string[] | undefined, replace: Replace): string[] =>
  (texts ?? []).flatMap((text) => expand(text, replace)).filter((text) => text !== '');

const clusters = (texts: readonly string[] | undefined, replace: Replace): string[] => {
  const chosen = many(texts, replace);
  return chosen.includes(everything) ? [] : [...new Set(chosen)];
};

function filters(given: readonly Filter[] | undefined, replace: Replace): Filter[] {
  return (given ?? []).flatMap((filter): Filter[] => {
    const values = [...new Set(many(filter.values, replace))];
    const all = values.includes(everything) && (filter.op === '=' || filter.op === '=~');
    return all || values.length === 0 ? [] : [{ ...filter, values }];
  });
}

const optional = (text: string | null | undefined, field: string, replace: Replace): string | undefined => {
  const value = text ? one(text, field, replace) : '';
  return value.trim() === '' ? undefined : value;
};

/**
 * The spec with every variable replaced; lists take all values of a variable, single fields refuse more than one.
 * @throws Error whose message names the field
 */
export function interpolateSpec(spec: QuerySpecInput, replace: Replace): QuerySpecInput {
  switch (spec.kind) {
    case 'metrics':
      return {
        ...spec,
        metric: one(spec.metric, 'Metric', replace),
        clusters: clusters(spec.clusters, replace),
        filters: filters(spec.filters, replace),
      };
    case 'inventory':
      return {
        ...spec,
        clusters: clusters(spec.clusters, replace),
        filters: filters(spec.filters, replace),
        stream: optional(spec.stream, 'Stream', replace) ?? null,
        subject: optional(spec.subject, 'Subject', replace) ?? null,
      };
    case 'messages':
      return {
        ...spec,
        cluster: one(spec.cluster, 'Cluster', replace),
        stream: one(spec.stream, 'Stream', replace),
        subject: optional(spec.subject, 'Subject', replace),
        header: optional(spec.header, 'Header', replace),
        text: optional(spec.text, 'Text', replace),
        regex: optional(spec.regex, 'Regular expression', replace),
        jsonPath: optional(spec.jsonPath, 'JSON path', replace),
      };
    case 'events':
      return {
        ...spec,
        clusters: clusters(spec.clusters, replace),
        types: many(spec.types, replace),
        stream: optional(spec.stream, 'Stream', replace) ?? null,
      };
    case 'sql':
      return { ...spec, sql: sqlText(spec.sql, replace) };
  }
}
