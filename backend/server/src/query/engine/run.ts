import { querySpec, type QueryRequest, type QuerySpec } from '@jetstream-console/contract';
import { whoOf, type Audit } from '../../audit/audit';
import { atMost } from '../../jetstream/api';
import { ApiError, forbidden } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Logger } from '../../platform/log';
import { readEvents } from '../events/read';
import { valuesIn, type Frame, type QueryAnswer } from '../frames/frame';
import { readInventory } from '../inventory/read';
import { readMessages } from '../messages/read';
import { readMetrics } from '../metrics/read';
import { readSql } from '../sql/read';
import { windowOf, type QueryDeps, type Window } from './deps';
import { failureOf, fromClickHouse } from './failure';

/** Queries of one request that run side by side. */
const atOnce = 4;
/** Values in one answer: about 100 MB on the way. */
const maxValues = 5_000_000;
const maxRangeMs = 10 * 366 * 86_400_000;

export interface RunDeps extends QueryDeps {
  readonly audit: Audit;
  readonly log: Logger;
}

/** Whoever may write an alert rule reads with the rights of its evaluation: figures and names, nothing else. */
const forAlerting: ReadonlySet<QuerySpec['kind']> = new Set(['metrics', 'inventory']);

function parseSpec(query: unknown): QuerySpec {
  const parsed = querySpec.safeParse(query);
  if (parsed.success) return parsed.data;
  const said = parsed.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'query'}: ${message}`)
    .join('; ');
  throw new ApiError(400, 'invalid', said, { cause: parsed.error });
}

function read(deps: QueryDeps, ctx: Ctx, spec: QuerySpec, window: Window): Promise<Frame[]> {
  switch (spec.kind) {
    case 'metrics':
      return readMetrics(deps, ctx, spec, window);
    case 'inventory':
      return readInventory(deps, ctx, spec);
    case 'messages':
      return readMessages(deps, ctx, spec, window);
    case 'events':
      return readEvents(deps, ctx, spec, window);
    case 'sql':
      return readSql(deps, ctx, spec, window);
  }
}

async function note(deps: RunDeps, ctx: Ctx, refId: string, kind: string, error: unknown): Promise<void> {
  const known = fromClickHouse(error);
  if (known.status === 403)
    await deps.audit.denied(
      whoOf(ctx.principal),
      {
        action: 'query',
        resource: `kind=${kind} refId=${refId}`,
        clusterId: null,
        ip: ctx.ip,
        userAgent: ctx.userAgent,
        requestId: ctx.requestId,
      },
      known.message,
    );
  // 499: nobody is there to read it. Others' faults are theirs to mend, and theirs is the message.
  if (known.code === 'internal' || known.code === 'query_failed')
    deps.log.error({ err: known.details.cause, requestId: ctx.requestId, refId, kind }, 'a query failed');
}

/** @throws ApiError 400 for a time range that is none */
export function checkRange({ from, to }: Pick<QueryRequest, 'from' | 'to'>): void {
  const range = Date.parse(to) - Date.parse(from);
  if (!(range > 0)) throw new ApiError(400, 'invalid', 'body.to: the time range ends before it starts');
  if (range > maxRangeMs) throw new ApiError(400, 'invalid', 'body.from: the time range is longer than ten years');
}

/** Answers each query by itself: one that cannot be answered says why, and the others are answered. */
export async function runQueries(deps: RunDeps, ctx: Ctx, request: QueryRequest): Promise<QueryAnswer[]> {
  checkRange(request);
  const refIds = request.queries.map(({ refId }) => refId);
  const twice = refIds.find((refId, i) => refIds.indexOf(refId) !== i);
  if (twice !== undefined) throw new ApiError(400, 'invalid', `body.queries: two queries have the refId ${twice}`);
  let values = 0;
  return atMost(atOnce, request.queries, async (query): Promise<QueryAnswer> => {
    const { refId } = query;
    let kind = 'unknown';
    try {
      const spec = parseSpec(query.query);
      ({ kind } = spec);
      if (ctx.principal.via === 'alerting' && !forAlerting.has(spec.kind))
        throw forbidden('Alert rules run on queries of the kinds metrics and inventory only.');
      const frames = await read(deps, ctx, spec, windowOf(request, query));
      values += valuesIn(frames);
      if (values > maxValues)
        throw new ApiError(
          422,
          'too_large',
          'The answer is too large. Narrow the time range, filter, or ask for less.',
        );
      return { refId, status: 200, frames };
    } catch (error) {
      await note(deps, ctx, refId, kind, error);
      return { refId, ...failureOf(error), frames: [] };
    }
  });
}
