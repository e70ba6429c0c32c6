import type { QueryRequest } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import type { Pool } from '../../clusters/pool';
import type { ClusterStore } from '../../clusters/store';
import type { Types } from '../../decoders/types';
import type { Ask, AskLines } from './ask';

/** What queries are answered from. */
export interface QueryDeps {
  readonly ask: Ask;
  readonly askLines: AskLines;
  readonly store: Pick<ClusterStore, 'known'>;
  readonly links: Links;
  readonly types: Types;
  readonly stateOf: Pool['stateOf'];
  readonly now: () => number;
}

/** The time that one query is about, and how finely. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
  readonly maxDataPoints: number;
}

export const windowOf = (
  request: Pick<QueryRequest, 'from' | 'to'>,
  query: Pick<QueryRequest['queries'][number], 'intervalMs' | 'maxDataPoints'>,
): Window => ({
  fromMs: Date.parse(request.from),
  toMs: Date.parse(request.to),
  intervalMs: query.intervalMs,
  maxDataPoints: query.maxDataPoints,
});
