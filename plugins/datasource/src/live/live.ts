import {
  LiveChannelScope,
  LoadingState,
  StreamingFrameAction,
  type DataQueryRequest,
  type DataQueryResponse,
} from '@grafana/data';
import type { GrafanaLiveSrv } from '@grafana/runtime';
import { catchError, from, of, switchMap, type Observable } from 'rxjs';
import type { Resources } from '../resources';
import type { JetStreamQuery } from '../types';

/** Kinds whose answers can grow; the others are asked again. */
export const canStream = ({ spec }: JetStreamQuery): boolean => spec.kind === 'metrics' || spec.kind === 'messages';

export const isLive = (query: JetStreamQuery, request: DataQueryRequest<JetStreamQuery>): boolean =>
  canStream(query) && (query.live === true || request.liveStreaming === true);

interface LiveDeps {
  readonly uid: string;
  readonly resources: Pick<Resources, 'ticket'>;
  readonly live: () => Pick<GrafanaLiveSrv, 'getDataStream'>;
}

const defaultRows = 1000;

/**
 * Watches one query. Grafana shares a channel among all who know its path, so the path is a ticket that the console
 * gives to this person for this query; whoever else brings it is refused.
 */
export function watch(
  query: JetStreamQuery,
  request: DataQueryRequest<JetStreamQuery>,
  { uid, resources, live }: LiveDeps,
): Observable<DataQueryResponse> {
  const key = `live-${query.refId}`;
  const slides = request.rangeRaw?.to === 'now';
  return from(resources.ticket(query.spec)).pipe(
    switchMap(({ path }) =>
      live().getDataStream({
        key,
        // 12.3 calls it namespace, later ones stream.
        addr: { scope: LiveChannelScope.DataSource, namespace: uid, stream: uid, path },
        buffer: {
          maxLength:
            query.spec.kind === 'messages' ? (query.spec.limit ?? defaultRows) : (request.maxDataPoints ?? defaultRows),
          action: StreamingFrameAction.Append,
          ...(slides && { maxDelta: request.range.to.valueOf() - request.range.from.valueOf() }),
        },
      }),
    ),
    catchError((error: unknown) =>
      of({ key, data: [], state: LoadingState.Error, errors: [{ refId: query.refId, message: reasonOf(error) }] }),
    ),
  );
}

/** The sentence in an error, wherever it stands: the console's own account, Grafana's, or the network's. */
export function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { data, message, statusText } = error as { data?: unknown; message?: unknown; statusText?: unknown };
  const inner = typeof data === 'object' && data !== null ? (data as { detail?: unknown; message?: unknown }) : {};
  const found = [inner.detail, inner.message, message, statusText].find(
    (text) => typeof text === 'string' && text !== '',
  );
  return typeof found === 'string' ? found : 'The request failed, and nothing says why.';
}
