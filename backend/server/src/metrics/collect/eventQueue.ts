import { randomUUID } from 'node:crypto';
import type { Buffer } from '../pipeline/buffer';
import { batchWriter } from '../sample/encode';
import type { Owner } from '../sample/rows';
import { mostGivenUp } from './advisories';
import type { Clock } from './clock';
import { consoleEvent, eventRow, type EventRow } from './event';

/**
 * Events that wait while the metrics stream is full or away; the oldest go first. Both kinds of messages given up find
 * room at their most, and everything else beside them.
 */
const kept = 2 * mostGivenUp + 2000;

/** Events of one cluster on their way into the metrics stream. */
export interface EventQueue {
  add(rows: readonly EventRow[]): void;
  /** An event of the console's own. */
  tell(type: string, severity: EventRow['severity'], title: string, data: unknown): void;
  /** Sends what waits; what finds no room waits on. @throws Unsure */
  send(): Promise<void>;
}

export function makeEventQueue(owner: () => Owner, buffer: Buffer, clock: Clock, alive: () => boolean): EventQueue {
  let waiting: EventRow[] = [];
  return {
    add: (rows) => {
      waiting = [...waiting, ...rows].slice(-kept);
    },
    tell: (type, severity, title, data) => {
      waiting.push(consoleEvent(owner(), clock.now().wallMs, { id: randomUUID(), type, severity, title, data }));
    },
    send: async () => {
      if (waiting.length === 0) return;
      const sending = waiting;
      const writer = batchWriter();
      for (const row of sending) writer.add(eventRow, row);
      for (const batch of await writer.finish()) {
        const message = { clusterId: owner().clusterId, id: randomUUID(), batch, collection: null };
        if (!(await buffer.put(message, alive))) return;
      }
      waiting = waiting.filter((row) => !sending.includes(row));
    },
  };
}
