import { apiBase, liveRoutes, type GatewayAsker } from '@jetstream-console/contract';
import type { Snapshots } from '../../access/snapshot';
import { refuse } from '../../identity/grafanaToken';
import { knownPerson } from '../../identity/knownPerson';
import type { Principal } from '../../platform/handler';
import type { Pg } from '../../platform/pg';
import type { Tickets } from './tickets';

/** Routes of a stream that runs on after the token that began it; their parameter is the ticket. */
const running = [liveRoutes.checkTicket, liveRoutes.streamTicket];

/** The ticket that a request is about, where it is to one of these routes. */
export function ticketIn(method: string, url: string): string | null {
  for (const route of running) {
    const [before = '', after = ''] = `${apiBase}${route.path}`.split(':ticket');
    if (method !== route.method || !url.startsWith(before) || !url.endsWith(after)) continue;
    const ticket = url.slice(before.length, url.length - after.length);
    if (/^[A-Za-z0-9_-]+$/.test(ticket)) return ticket;
  }
  return null;
}

/**
 * Who a signed call without a token is, when it is about a ticket: the ticket's own person, as they stand now. The
 * gateway's word on connection and login has to be theirs.
 */
export function makeHolder(deps: { readonly pg: Pg; readonly snapshots: Snapshots; readonly tickets: Tickets }) {
  return async (path: string, connectionId: string, asker: GatewayAsker): Promise<Principal> => {
    const { userId } = await deps.tickets.get(path);
    const person = await knownPerson(deps, userId);
    if (person.connectionId !== connectionId || person.principal.subject.login !== asker.login)
      throw refuse('This ticket belongs to somebody else.');
    return person.principal;
  };
}
export type Holder = ReturnType<typeof makeHolder>;
