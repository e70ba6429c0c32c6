import { randomUUID } from 'node:crypto';
import { errors, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import type { Link } from '../../clusters/link';
import { within } from '../../platform/engines';
import { deadLetterSubjects, readDeadLetter, type Heard } from './advisory';
import type { SpanWritten } from './workerStore';

/** Advisories that wait while PostgreSQL is away, a few hundred bytes each; beyond it the time counts as not heard. */
export const mostWaiting = 50_000;
/**
 * What another server of a cluster published a moment ago may still be on its way to the one that we ask: the time up
 * to which all is heard stays so far behind.
 */
const onTheWayMs = 2000;
const flushMs = 5000;

/** Another one after every reconnect. */
const connectionOf = ({ info }: NatsConnection) => `${info?.server_id ?? ''} ${info?.client_id ?? ''}`;

export interface Batch {
  readonly letters: readonly Heard[];
  readonly span: SpanWritten;
}

/** Hears the advisories of one account, and knows of which time it heard all. */
export interface Listener {
  readonly link: Link;
  /** how many wait to be written */
  waiting(): number;
  /** what the server refused; null where it listens */
  refused(): string | null;
  /** What came up to now. It waits on until `written` says that it is stored. */
  take(): Promise<Batch>;
  written(batch: Batch): void;
  close(): void;
}

export async function listenOn(link: Link, now: () => number = Date.now): Promise<Listener> {
  const { nc } = link;
  let waiting: Heard[] = [];
  let refused: string | null = null;
  let connection = '';
  let fullAt: number | null = null;
  let spanId = randomUUID();
  let since = 0;
  let until = 0;
  const begin = () => {
    spanId = randomUUID();
    since = now();
    until = since;
    connection = connectionOf(nc);
  };
  // What is published while the connection is away is not sent again: the time before and after are two.
  const broken = () => nc.isClosed() || connectionOf(nc) !== connection;
  const hear = (data: Uint8Array) => {
    const letter = readDeadLetter(data);
    if (!letter) return;
    if (waiting.length >= mostWaiting) fullAt ??= now();
    else waiting.push(letter);
  };
  const subscriptions: Subscription[] = deadLetterSubjects.map((subject) =>
    nc.subscribe(subject, {
      callback: (error, message) => {
        if (!error) return hear(message.data);
        refused =
          error instanceof errors.PermissionViolationError
            ? `The credential may not subscribe to ${subject}. Allow it in the user's permissions, or turn on the capture stream.`
            : `The subscription to ${subject} ended: ${error.message}`;
      },
    }),
  );
  await within(flushMs, 'The cluster', nc.flush());
  begin();
  return {
    link,
    waiting: () => waiting.length,
    refused: () => refused,
    take: async () => {
      const asked = now();
      if (!broken()) await within(flushMs, 'The cluster', nc.flush());
      if (fullAt !== null) until = Math.max(until, fullAt - onTheWayMs);
      else if (!broken()) until = Math.max(until, asked - onTheWayMs);
      return {
        letters: [...waiting],
        span: { id: spanId, kind: 'listener', since: new Date(since), until: new Date(until) },
      };
    },
    written: ({ letters }) => {
      waiting = waiting.slice(letters.length);
      if (!broken() && fullAt === null) return;
      fullAt = null;
      begin();
    },
    close: () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}
