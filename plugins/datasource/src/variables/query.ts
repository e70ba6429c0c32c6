import { queryRoutes } from '@jetstream-console/contract';
import { everything, expand, type Replace } from '../query/interpolate';
import type { ValuesInput } from '../resources';
import type { ValueKind, VariableQuery } from '../types';

export const variableRefId = 'JetStreamVariable';
export const valueKinds = queryRoutes.listValues.query.shape.of.options;

const kindOf = (text: unknown): ValueKind | undefined =>
  valueKinds.find((kind) => kind === text || `${kind}s` === text);

/**
 * A stored variable. Besides the editor's form a line of text is read, as people write it by hand:
 * `clusters`, `streams(prod)`, `consumers(prod, ORDERS)`.
 */
export function variableQuery(stored: unknown): VariableQuery {
  const empty: VariableQuery = { refId: variableRefId, of: 'cluster' };
  if (typeof stored === 'string') {
    const [, name = '', args = ''] = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/.exec(stored) ?? [];
    const of = kindOf(name);
    if (of === undefined) return empty;
    const [cluster, stream] = args.split(',').map((arg) => arg.trim());
    return { refId: variableRefId, of, ...(cluster && { cluster }), ...(stream && { stream }) };
  }
  if (typeof stored !== 'object' || stored === null) return empty;
  const given = stored as Readonly<Record<string, unknown>>;
  // Grafana wraps a line of text that stood in the dashboard in an object of its own.
  if (!('of' in given) && typeof given['query'] === 'string') return variableQuery(given['query']);
  const text = (key: string) => (typeof given[key] === 'string' && given[key] !== '' ? given[key] : undefined);
  return {
    refId: text('refId') ?? variableRefId,
    of: kindOf(given['of']) ?? 'cluster',
    cluster: text('cluster'),
    stream: text('stream'),
    search: text('search'),
  };
}

/** What a variable still lacks, in words; null where it can be asked. */
export const missingInVariable = ({ of, stream }: VariableQuery): string | null =>
  of === 'subject' && !stream ? 'Choose the stream whose subjects to list.' : null;

/** The requests that a variable takes: one a cluster and a stream where another variable holds several. */
export function variableInputs(query: VariableQuery, replace: Replace): ValuesInput[] {
  const choices = (text: string | undefined): (string | undefined)[] => {
    const chosen = text ? expand(text, replace).filter((value) => value !== '') : [];
    return chosen.length === 0 || chosen.includes(everything) ? [undefined] : chosen;
  };
  const search = query.search ? expand(query.search, replace)[0] : undefined;
  const needsStream = query.of === 'consumer' || query.of === 'subject';
  return choices(query.of === 'cluster' ? undefined : query.cluster).flatMap((cluster) =>
    choices(needsStream ? query.stream : undefined).map((stream) => ({
      of: query.of,
      ...(cluster && { cluster }),
      ...(stream && { stream }),
      ...(search && { search }),
    })),
  );
}
