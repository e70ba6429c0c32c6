import { formatConnectionString, parseConnectionString, routes, type Client } from '@jetstream-console/contract';
import type { State } from './state';

/** Where the page is, as its id tokens and its signing keys say. */
export interface Place {
  readonly url: string;
  readonly issuer: string;
  readonly jwksUrl: string;
}

const name = 'This machine';

/**
 * The Grafana connection of this data folder: made once, and moved to where the page is now. A connection string is
 * shown once only, so it is kept beside the other secrets.
 */
export async function connectionFor(
  call: Client,
  organizationId: string,
  place: Place,
  apiUrl: string,
  state: State,
): Promise<NonNullable<State['connection']>> {
  const { items } = await call(routes.listConnections, { params: { organizationId } });
  const body = { name, grafanaUrl: place.url, issuer: place.issuer, jwksUrl: place.jwksUrl, grafanaOrgId: 1 };
  const known = items.find((item) => item.id === state.connection?.id);
  if (known && state.connection) {
    await call(routes.updateConnection, { params: { organizationId, connectionId: known.id }, body });
    // The api may listen elsewhere than when the string was made.
    return { id: known.id, text: formatConnectionString({ ...parseConnectionString(state.connection.text), apiUrl }) };
  }
  const stale = items.find((item) => item.name === name);
  if (stale) await call(routes.deleteConnection, { params: { organizationId, connectionId: stale.id } });
  const made = await call(routes.createConnection, { params: { organizationId }, body });
  return { id: made.id, text: made.connectionString };
}

export async function mapReaders(
  call: Client,
  organizationId: string,
  connectionId: string,
  team: { id: number; name: string },
): Promise<void> {
  await call(routes.putMappings, {
    params: { organizationId, connectionId },
    body: {
      items: [
        {
          subject: { kind: 'team', teamId: team.id, name: team.name },
          role: 'reader',
          scope: { kind: 'organization' },
        },
      ],
    },
  });
}
