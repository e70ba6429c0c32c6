import { liveRoutes, ticketPath, urlOf, type BodyIn } from '@jetstream-console/contract';
import type { Asking } from '../backend/asker';
import type { Backend } from '../backend/client';
import { Failure, notTheConsole } from '../backend/failure';

/** A ticket of one datasource's console, and who stands behind the call that brought it. */
export interface Ticket {
  readonly backend: Backend;
  readonly path: string;
  readonly asking: Asking;
}

/** The console said no, and will say so again. Anything else may pass. */
export const isRefusal = (error: unknown): error is Failure =>
  error instanceof Failure && (error.status === 403 || error.status === 404);

export const readTicketPath = (path: string): string => {
  const read = ticketPath.safeParse(path);
  if (!read.success) throw new Failure(404, 'downstream', 'This channel is no ticket of the console.');
  return read.data;
};

/** @throws Failure 403 or 404 when the asker may not watch; other ones when the console could not be asked */
export async function checkTicket(
  { backend, path, asking }: Ticket,
  at: BodyIn<(typeof liveRoutes)['checkTicket']>['at'],
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await backend.read({
    method: 'POST',
    path: urlOf(liveRoutes.checkTicket, { ticket: path }),
    asking,
    body: Buffer.from(JSON.stringify({ at })),
    signal,
  });
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new Failure(502, 'downstream', notTheConsole(backend.apiUrl, 200), { cause: error });
  }
  const read = liveRoutes.checkTicket.response.safeParse(json);
  if (!read.success) throw new Failure(502, 'downstream', notTheConsole(backend.apiUrl, 200), { cause: read.error });
  return read.data.schema;
}
