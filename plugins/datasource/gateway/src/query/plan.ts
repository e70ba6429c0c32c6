import { instant, migrateQuery, querySpec, type queryRequest } from '@jetstream-console/contract';
import type { z } from 'zod';
import { Failure } from '../backend/failure';
import { dataResponse, type DataQuery, type DataResponse } from '../protocol/pluginv2';

type QueryRequest = z.input<typeof queryRequest>;

export const responseOf = ({ status, source, message }: Failure): DataResponse =>
  dataResponse.make({ status, error: message, errorSource: source });

const kinds: readonly string[] = querySpec.options.map((option) => option.shape.kind.value);
/** what one request to the console takes */
const mostQueries = 50;
const largest = { intervalMs: 86_400_000 * 366, points: 100_000 };

/** A stored query's spec; null where the panel hides it. */
function specOf({ json }: DataQuery): unknown {
  let model: unknown;
  try {
    model = JSON.parse(Buffer.from(json).toString('utf8'));
  } catch (error) {
    throw new Failure(400, 'downstream', 'This query is not JSON.', { cause: error });
  }
  if (typeof model === 'object' && model !== null && 'hide' in model && model.hide === true) return null;
  let spec: Readonly<Record<string, unknown>>;
  try {
    ({ spec } = migrateQuery(model));
  } catch (error) {
    throw new Failure(400, 'downstream', error instanceof Error ? error.message : String(error), { cause: error });
  }
  const kind = spec['kind'];
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    const named = kind === undefined ? 'no kind' : `the kind ${JSON.stringify(kind).slice(0, 80)}`;
    throw new Failure(400, 'downstream', `This query has ${named}. The kinds are ${kinds.join(', ')}.`);
  }
  return spec;
}

function rangeOf({ timeRange }: DataQuery): { from: string; to: string } {
  const [from, to] = [timeRange?.fromEpochMS, timeRange?.toEpochMS].map((ms) => {
    const date = new Date(ms ?? NaN);
    return Number.isNaN(date.getTime()) ? '' : date.toISOString();
  });
  if (!instant.safeParse(from).success || !instant.safeParse(to).success)
    throw new Failure(400, 'downstream', 'This query has no time range that is a time.');
  return { from: from ?? '', to: to ?? '' };
}

export interface Plan {
  /** requests to the console: queries of one time range go together, and rules may give each query its own */
  readonly requests: readonly QueryRequest[];
  /** answered already: what is wrong with these the console need not be asked */
  readonly answered: ReadonlyMap<string, DataResponse>;
}

/** Sorts Grafana's queries into requests to the console. One that cannot be read is answered by itself. */
export function planQueries(queries: readonly DataQuery[]): Plan {
  const answered = new Map<string, DataResponse>();
  const byRange = new Map<string, QueryRequest[]>();
  for (const query of queries) {
    try {
      const spec = specOf(query);
      if (spec === null) continue;
      const range = rangeOf(query);
      const key = `${range.from}/${range.to}`;
      const requests = byRange.get(key) ?? [];
      byRange.set(key, requests);
      let last = requests.at(-1);
      if (!last || last.queries.length >= mostQueries) requests.push((last = { ...range, queries: [] }));
      last.queries.push({
        refId: query.refId,
        ...(query.intervalMS > 0 && { intervalMs: Math.min(query.intervalMS, largest.intervalMs) }),
        ...(query.maxDataPoints > 0 && { maxDataPoints: Math.min(query.maxDataPoints, largest.points) }),
        query: spec,
      });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      answered.set(query.refId, responseOf(error));
    }
  }
  return { requests: [...byRange.values()].flat(), answered };
}
