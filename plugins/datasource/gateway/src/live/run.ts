import { setTimeout as delay } from 'node:timers/promises';
import { liveRoutes, urlOf } from '@jetstream-console/contract';
import { Failure, unreachable } from '../backend/failure';
import type { Log } from '../process/log';
import { readEvents } from './events';
import { checkTicket, isRefusal, type Ticket } from './ticket';

const backoff = { firstMs: 500, mostMs: 15_000 };

interface Running {
  readonly ticket: Ticket;
  readonly recheckMs: number;
  readonly log: Log;
  /** the subscribers are gone, or the gateway stops */
  readonly signal: AbortSignal;
  /** resolves when the reader has taken the packet */
  readonly send: (packet: Buffer) => Promise<void>;
}

/** Waits unless the signal comes first. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // The wait being cut short is what the signal is for; the loops look at it themselves.
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

/** Asks every now and then whether the principal may still watch. Resolves with the refusal, or when the signal comes. */
async function watchAccess({ ticket, recheckMs, signal }: Running): Promise<Failure | null> {
  while (!signal.aborted) {
    await pause(recheckMs, signal);
    if (signal.aborted) break;
    try {
      await checkTicket(ticket, 'run', signal);
    } catch (error) {
      if (isRefusal(error)) return error;
      // A console that is away sends no frames either: pulling them goes on trying and tells.
    }
  }
  return null;
}

function readFrame(event: string): string {
  const read = liveRoutes.streamTicket.response.safeParse(JSON.parse(event));
  if (!read.success)
    throw new Failure(502, 'plugin', 'The console sent a frame in a form that this plugin does not know.');
  return event;
}

async function pullOnce({ ticket, signal, send }: Running, onFrame: () => void): Promise<void> {
  const { backend, path, asking } = ticket;
  const answer = await backend.open({
    method: 'GET',
    path: urlOf(liveRoutes.streamTicket, { ticket: path }),
    asking,
    accept: 'text/event-stream',
    signal,
    silenceMs: 0,
  });
  try {
    for await (const event of readEvents(answer.body)) {
      await send(Buffer.from(readFrame(event)));
      onFrame();
    }
  } catch (error) {
    throw error instanceof Failure ? error : unreachable(backend.apiUrl, error);
  }
}

/** Pulls frames, over outages of the console. Resolves with the refusal that ended it, or when the signal comes. */
async function pull(running: Running): Promise<Failure | null> {
  const { signal, log } = running;
  let waitMs = backoff.firstMs;
  while (!signal.aborted) {
    try {
      await pullOnce(running, () => {
        waitMs = backoff.firstMs;
      });
    } catch (error) {
      if (signal.aborted) break;
      if (isRefusal(error)) return error;
      log.warn('a live stream broke and is tried again', { why: String(error), waitMs });
    }
    // Spread, so that a console that comes back is not met by all streams at once.
    await pause(waitMs * (0.75 + Math.random() / 2), signal);
    waitMs = Math.min(waitMs * 2, backoff.mostMs);
  }
  return null;
}

/**
 * Runs one channel until its subscribers are gone or the console refuses. The caller's token is left out: it would end
 * long before the stream, and the ticket says whose it is.
 */
export async function runLive(given: Running): Promise<Failure | null> {
  const over = new AbortController();
  const end = () => over.abort();
  given.signal.addEventListener('abort', end, { once: true });
  if (given.signal.aborted) end();
  const ticket = { ...given.ticket, asking: { ...given.ticket.asking, idToken: null } };
  const running: Running = { ...given, ticket, signal: over.signal };
  const endingWith = (found: Failure | null) => {
    end();
    return found;
  };
  try {
    const outcomes = await Promise.all([watchAccess(running).then(endingWith), pull(running).then(endingWith)]);
    return outcomes.find((outcome) => outcome !== null) ?? null;
  } finally {
    end();
    given.signal.removeEventListener('abort', end);
  }
}
