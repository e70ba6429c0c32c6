import type { QueryResponse } from '@jetstream-console/contract';
import { z } from 'zod';
import type { MetricSpec } from '../charts';
import { bucketUrl, consumerUrl, pageUrl, storeUrl, streamUrl } from '../components/parts';
import { metric } from '../figures/specs';
import { readTable } from '../figures/tables';

export type Kind = 'cluster' | 'stream' | 'consumer' | 'bucket' | 'store';
export interface Found {
  readonly kind: Kind;
  readonly name: string;
  /** what it is in; empty for clusters */
  readonly within: string;
  readonly to: string;
}
interface Known {
  readonly id: string;
  readonly name: string;
}

/** Of each kind: a list that is longer than this is narrowed by typing on. */
export const mostOfKind = 10;

/** Filters take globs and mind the case, people do not: as typed, and in both cases names are written in. */
const globs = (text: string): string[] => [
  ...new Set([text, text.toUpperCase(), text.toLowerCase()].map((part) => `*${part}*`)),
];

interface Allowed {
  readonly streams: boolean;
  readonly consumers: boolean;
  readonly buckets: boolean;
  readonly stores: boolean;
}

/**
 * What is asked about a text. Consumers come from the samples: to list them live takes a request a stream, which is too
 * much for a key press. What a person may not see is not asked for.
 */
export function searchSpecs(text: string, may: Allowed) {
  const lag: MetricSpec = metric('lag', {}, ['cluster', 'stream', 'consumer'], {
    format: 'table',
    top: mostOfKind,
    filters: [{ field: 'consumer', op: '=~', values: globs(text) }],
  });
  return {
    ...(may.streams && {
      streams: {
        kind: 'inventory' as const,
        of: 'streams' as const,
        filters: [{ field: 'stream' as const, op: '=~' as const, values: globs(text) }],
        sort: 'stream',
        order: 'asc' as const,
        limit: 200,
      },
    }),
    ...(may.consumers && { consumers: lag }),
    ...(may.buckets && { buckets: { kind: 'inventory' as const, of: 'buckets' as const, limit: 5000 } }),
    ...(may.stores && { stores: { kind: 'inventory' as const, of: 'object_stores' as const, limit: 5000 } }),
  };
}

const frameSchema = z.object({
  schema: z.object({ fields: z.array(z.object({ name: z.string() })) }),
  data: z.object({ values: z.array(z.array(z.unknown())) }),
});

/** Rows of an inventory, their cells as text. */
function rowsOf(refId: string, columns: readonly string[], { results }: QueryResponse): string[][] {
  return (results[refId]?.frames ?? []).flatMap((raw) => {
    const { schema, data } = frameSchema.parse(raw);
    const places = columns.map((name) => schema.fields.findIndex((field) => field.name === name));
    const length = data.values[0]?.length ?? 0;
    return Array.from({ length }, (_, row) => places.map((place) => String(data.values[place]?.[row] ?? '')));
  });
}

const holds = (name: string, text: string) => name.toLowerCase().includes(text.toLowerCase());

/** The name itself first, then what begins with the text, then the rest by name. */
function byNearness(text: string) {
  const wanted = text.toLowerCase();
  const rank = ({ name }: Found) => {
    const own = name.toLowerCase();
    return own === wanted ? 0 : own.startsWith(wanted) ? 1 : 2;
  };
  return (a: Found, b: Found) => rank(a) - rank(b) || a.name.localeCompare(b.name);
}

/** What was found, by kind, each with its page. Clusters that I may not see have no page here. */
export function readFound(text: string, clusters: readonly Known[], response: QueryResponse): Found[] {
  const idOf = (name: string) => clusters.find((known) => known.name === name)?.id;
  const inCluster = (name: string, make: (id: string) => Found): Found[] => {
    const id = idOf(name);
    return id === undefined ? [] : [make(id)];
  };
  const kinds: Found[][] = [
    clusters
      .filter(({ name }) => holds(name, text))
      .map(({ id, name }) => ({ kind: 'cluster', name, within: '', to: pageUrl(`clusters/${id}`) })),
    rowsOf('streams', ['cluster', 'stream', 'kind'], response).flatMap(([cluster = '', name = '', kind]) =>
      // A stream that holds a bucket or an object store is found as that.
      kind === 'kv' || kind === 'object'
        ? []
        : inCluster(cluster, (id) => ({ kind: 'stream', name, within: cluster, to: streamUrl(id, name) })),
    ),
    readTable('consumers', response).rows.flatMap(({ group: [cluster = '', stream = '', name = ''] }) =>
      inCluster(cluster, (id) => ({
        kind: 'consumer',
        name,
        within: `${cluster} > ${stream}`,
        to: consumerUrl(id, stream, name),
      })),
    ),
    rowsOf('buckets', ['cluster', 'bucket'], response)
      .filter(([, name = '']) => holds(name, text))
      .flatMap(([cluster = '', name = '']) =>
        inCluster(cluster, (id) => ({ kind: 'bucket', name, within: cluster, to: bucketUrl(id, name) })),
      ),
    rowsOf('stores', ['cluster', 'store'], response)
      .filter(([, name = '']) => holds(name, text))
      .flatMap(([cluster = '', name = '']) =>
        inCluster(cluster, (id) => ({ kind: 'store', name, within: cluster, to: storeUrl(id, name) })),
      ),
  ];
  return kinds.flatMap((found) => found.sort(byNearness(text)).slice(0, mostOfKind));
}

/** Why part of it could not be looked for. */
export const refusalsOf = ({ results }: QueryResponse): string[] => [
  ...new Set(Object.values(results).flatMap(({ error }) => error ?? [])),
];
