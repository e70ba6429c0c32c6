import type { BodyOf, ClientConnection, ParamsOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import { assertConfirmed } from '../../jetstream/manage/guarded';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { ownName } from '../connect';
import type { Link, Links } from '../link';
import type { ClusterStore } from '../store';
import { askServers, systemLink } from './ask';
import { askOne, connectionOf, states } from './connections';

interface Deps {
  readonly links: Links;
  readonly store: Pick<ClusterStore, 'known'>;
}

const gone = (cause?: unknown) =>
  new ApiError(
    404,
    'connection_gone',
    'This client is not connected any more, or its server was started anew. Nothing was done.',
    { cause },
  );

async function assertAllowed({ store }: Deps, { principal }: Ctx, clusterId: string): Promise<void> {
  const records = await store.known(principal.organizationId, principal.organizationVersion);
  if (!records.find(({ id }) => id === clusterId)?.settings.allowKick)
    throw new ApiError(
      403,
      'kick_switched_off',
      "Clients are not disconnected from here: that is switched off for this cluster. Who may change the cluster's settings can switch it on.",
    );
}

type Identity = Pick<ClientConnection, 'user' | 'account'>;

/** As whom the console is connected itself; a log-in that opens no connection has none to keep. */
async function ownIdentities({ links }: Deps, ctx: Ctx, clusterId: string, system: Link): Promise<Identity[]> {
  const accounts = await Promise.allSettled(
    (['read', 'operate', 'admin'] as const).map((level) => links.open(ctx, clusterId, level)),
  );
  const opened = accounts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const found = await Promise.all(
    [system, ...opened].map(async ({ nc: { info } }) =>
      info ? askOne(system, { server: info.server_id, cid: info.client_id }, states.open, ctx.signal) : null,
    ),
  );
  return found.flatMap((one) => (one ? [connectionOf(one.server, one.from)] : []));
}

/**
 * Workers and other copies of the api are connected too. They go by the same name, which anybody may give himself, so
 * the user has to be one of the console's as well.
 */
async function assertForeign(deps: Deps, ctx: Ctx, clusterId: string, system: Link, client: ClientConnection) {
  if (!client.name?.startsWith(ownName)) return;
  const own = await ownIdentities(deps, ctx, clusterId, system);
  if (own.some(({ user, account }) => user === client.user && account === client.account))
    throw new ApiError(
      422,
      'own_connection',
      "This is a connection of the console itself: it would be back at once. To end it, change the cluster's credentials or forget the cluster. Nothing was done.",
    );
}

/** Disconnects one client, the one that was seen and no other. */
export async function kickConnection(
  deps: Deps,
  ctx: Ctx,
  { clusterId, ...at }: ParamsOf<Routes['kickConnection']>,
  { startedAt, confirm }: BodyOf<Routes['kickConnection']>,
) {
  const link = await systemLink(deps.links, ctx, clusterId);
  await assertAllowed(deps, ctx, clusterId);
  const found = await askOne(link, at, states.open, ctx.signal);
  if (!found) throw gone();
  const client = connectionOf(found.server, found.from);
  const { name, user, account, server } = client;
  const address = `${client.ip}:${client.port}`;
  if (client.startedAt !== startedAt)
    throw new ApiError(
      409,
      'another_client',
      `Another client has this number by now: ${name ?? 'one without a name'} from ${address}. Look at it first. Nothing was done.`,
    );
  assertConfirmed(confirm, address);
  await assertForeign(deps, ctx, clusterId, link, client);
  ctx.changed({ name, user, account, address, server: server.name, connectedAt: startedAt }, null);
  const subject = `$SYS.REQ.SERVER.${at.server}.KICK`;
  try {
    await askServers(link, subject, { cid: at.cid }, z.unknown(), ctx.signal, 1);
  } catch (error) {
    if (error instanceof ApiError && /no such client/.test(error.message)) throw gone(error);
    throw error;
  }
  return { kicked: true as const, at: new Date().toISOString() };
}
