import { routes, type Message } from '@jetstream-console/contract';
import { useRef, useState } from 'react';
import { call, toProblem } from '../../api/client';
import { filterToQuery, type Direction, type Filter } from './filter';

const opposite: Record<Direction, Direction> = { older: 'newer', newer: 'older' };

interface Input {
  readonly clusterId: string;
  readonly stream: string;
  readonly filter: Filter;
  readonly messages: readonly Message[];
  readonly opened: number | null;
  readonly open: (seq: number) => void;
}

/**
 * From message to message with the same filter: to the neighbour in the list, and beyond the list's ends to the next
 * one in the stream.
 */
export function useStep({ clusterId, stream, filter, messages, opened, open }: Input) {
  const [note, setNote] = useState<string | null>(null);
  const busy = useRef(false);
  const beyond = async (seq: number, direction: Direction) => {
    const from = direction === 'older' ? seq - 1 : seq + 1;
    if (from < 1) return setNote('This is where the stream begins.');
    const { time: _time, ...rest } = filterToQuery(filter);
    busy.current = true;
    try {
      const { items, nextCursor } = await call(routes.listMessages, {
        params: { clusterId, stream },
        query: { ...rest, seq: from, direction, limit: 1, previewBytes: 0 },
      });
      const [next] = items;
      if (next) open(next.seq);
      setNote(
        next ? null : nextCursor === null ? `There is no ${direction} one that matches.` : `None ${direction} is near.`,
      );
    } catch (error) {
      setNote(toProblem(error).problem.detail);
    } finally {
      busy.current = false;
    }
  };
  const step = (way: 'up' | 'down') => {
    if (opened === null || busy.current) return;
    const at = messages.findIndex(({ seq }) => seq === opened);
    const next = at < 0 ? undefined : messages[way === 'down' ? at + 1 : at - 1];
    if (next) {
      setNote(null);
      open(next.seq);
      return;
    }
    const { direction } = filterToQuery(filter);
    const listed = direction === 'newer' ? 'newer' : 'older';
    void beyond(opened, way === 'down' ? listed : opposite[listed]);
  };
  return { step, note };
}
