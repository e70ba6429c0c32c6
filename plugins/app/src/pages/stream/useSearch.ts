import { ApiProblem, routes, searchEvent, type Message } from '@jetstream-console/contract';
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { events, toProblem } from '../../api/client';
import type { Direction, MessageQueryIn } from './filter';
import type { Progress } from './progress';

/** A search comes to rest after this many matches, and after this many messages; it can be told to look on. */
const pageMatches = 100;
const pageScan = 1_000_000;
const previewBytes = 256;

export interface Search {
  readonly phase: 'running' | 'stopped' | 'ended' | 'failed';
  readonly messages: readonly Message[];
  /** messages looked at before this leg of the search */
  readonly lookedAt: number;
  /** too large for the filter, in the legs before this one */
  readonly unread: number;
  readonly progress: Progress | null;
  /** what the whole search is about, from its first leg */
  readonly span: Pick<Progress, 'fromSeq' | 'toSeq'> | null;
  /** where to look on; null when there is nothing more */
  readonly next: Pick<MessageQueryIn, 'cursor' | 'seq'> | null;
  readonly error: unknown;
}
type Change =
  | { type: 'begin'; fresh: boolean }
  | { type: 'message'; message: Message }
  | { type: 'progress'; progress: Progress }
  | { type: 'end'; progress: Progress; nextCursor: string | null }
  | { type: 'stopped'; direction: Direction }
  | { type: 'failed'; direction: Direction; error: unknown };

export const idle: Search = {
  phase: 'running',
  messages: [],
  lookedAt: 0,
  unread: 0,
  progress: null,
  span: null,
  next: null,
  error: null,
};

/**
 * Where a search goes on that did not come to its end. What it said last may be one message ahead of what it sent, so
 * that message is looked at again.
 */
function resumeAt(progress: Progress | null, direction: Direction): Search['next'] {
  return progress === null ? null : { seq: Math.max(1, direction === 'older' ? progress.atSeq : progress.atSeq - 1) };
}

export function reduce(state: Search, change: Change): Search {
  switch (change.type) {
    case 'begin':
      return change.fresh
        ? idle
        : {
            ...state,
            phase: 'running',
            lookedAt: state.lookedAt + (state.progress?.scanned ?? 0),
            unread: state.unread + (state.progress?.unread ?? 0),
            progress: null,
            next: null,
            error: null,
          };
    case 'message':
      return state.messages.some(({ seq }) => seq === change.message.seq)
        ? state
        : { ...state, messages: [...state.messages, change.message] };
    case 'progress':
      return { ...state, progress: change.progress, span: state.span ?? change.progress };
    case 'end':
      return {
        ...state,
        phase: 'ended',
        progress: change.progress,
        span: state.span ?? change.progress,
        next: change.nextCursor === null ? null : { cursor: change.nextCursor },
      };
    case 'stopped':
      return state.phase === 'running'
        ? { ...state, phase: 'stopped', next: resumeAt(state.progress, change.direction) }
        : state;
    case 'failed':
      return { ...state, phase: 'failed', error: change.error, next: resumeAt(state.progress, change.direction) };
  }
}

function failure(code: string, detail: string): ApiProblem {
  return new ApiProblem({ type: 'about:blank', title: 'Error', status: 503, code, detail, requestId: '' });
}

/** Runs a content search over the events route; `query` is the same object while it is the same search, null for none. */
export function useSearch(clusterId: string, stream: string, query: MessageQueryIn | null) {
  const [search, dispatch] = useReducer(reduce, idle);
  const running = useRef<AbortController | null>(null);
  const direction = query?.direction ?? 'older';
  const run = useCallback(
    async (from: Search['next'], fresh: boolean) => {
      running.current?.abort();
      if (query === null) return;
      const control = new AbortController();
      running.current = control;
      const say = (change: Change) => {
        if (running.current === control) dispatch(change);
      };
      say({ type: 'begin', fresh });
      const { seq, time, ...rest } = query;
      const start = fresh ? { seq, time } : (from ?? {});
      try {
        const input = {
          params: { clusterId, stream },
          query: { ...rest, ...start, limit: pageMatches, scan: pageScan, previewBytes },
        };
        for await (const event of events(routes.searchMessages, input, control.signal)) {
          const known = searchEvent.parse(event);
          if (known.type === 'error') throw failure(known.code, known.detail);
          say(known);
          if (known.type === 'end') return;
        }
        throw failure('search_cut', 'The search ended before its end: the backend or a proxy closed the connection.');
      } catch (error) {
        if (!control.signal.aborted) say({ type: 'failed', direction, error: toProblem(error) });
      }
    },
    [clusterId, stream, query, direction],
  );
  useEffect(() => {
    void run(null, true);
    return () => {
      running.current?.abort();
      running.current = null;
    };
  }, [run]);
  return {
    search,
    stop: () => {
      running.current?.abort();
      dispatch({ type: 'stopped', direction });
    },
    lookOn: () => {
      void run(search.next, false);
    },
    again: () => {
      void run(null, true);
    },
  };
}
