import type { BodyOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import { apiRequest, parseReply } from '../../jetstream/api';
import { assertConfirmed } from '../../jetstream/manage/guarded';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { isAtLeast, type Link, type Links } from '../link';
import { askServers, systemLink } from './ask';

const peer = z.object({
  name: z.string(),
  current: z.boolean().default(false),
  offline: z.boolean().default(false),
  /** nanoseconds */
  active: z.number().optional(),
  lag: z.number().default(0),
});
const jsz = z.object({
  meta_cluster: z
    .object({ leader: z.string().optional(), cluster_size: z.number().optional(), replicas: z.array(peer).nullish() })
    .optional(),
});
const done = z.object({ success: z.literal(true) });

/** As the leader tells it, which alone knows how far the others are. */
async function readMeta(link: Link, signal: AbortSignal) {
  const askedAt = new Date().toISOString();
  const told = await askServers(link, '$SYS.REQ.SERVER.PING.JSZ', {}, jsz, signal);
  const groups = told.flatMap(({ server, data }) =>
    data.meta_cluster === undefined ? [] : [{ server: server.name, ...data.meta_cluster }],
  );
  const lead = groups.find(({ server, leader }) => server === leader);
  const size = groups.map(({ cluster_size }) => cluster_size).find((n) => n !== undefined);
  const followers = (lead?.replicas ?? []).map(({ name, current, offline, active, lag }) => ({
    name,
    leader: false,
    current,
    offline,
    lag,
    activeSeconds: active === undefined ? null : active / 1e9,
  }));
  const first = lead
    ? [{ name: lead.server, leader: true, current: null, offline: false, lag: null, activeSeconds: null }]
    : [];
  return {
    clustered: groups.length > 0,
    leader: lead?.server ?? null,
    size: size ?? null,
    peers: [...first, ...followers.sort((a, b) => a.name.localeCompare(b.name))],
    askedAt,
  };
}

export const getMetaGroup = async (links: Links, ctx: Ctx, clusterId: string) =>
  readMeta(await systemLink(links, ctx, clusterId), ctx.signal);

/** For an act on the whole cluster: the system account has no domain of its own, and its api is the plain one. */
const toOperate = async (links: Links, ctx: Ctx, clusterId: string): Promise<Link> => ({
  ...(await systemLink(links, ctx, clusterId)),
  apiPrefix: '$JS.API',
});

async function clusteredMeta(link: Link, signal: AbortSignal) {
  const meta = await readMeta(link, signal);
  if (!meta.clustered)
    throw new ApiError(422, 'not_clustered', 'This is one server by itself: it has no meta group. Nothing was done.');
  return meta;
}

export async function stepDownMeta(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  { preferred }: BodyOf<Routes['stepDownMeta']>,
) {
  const link = await toOperate(links, ctx, clusterId);
  const { leader, peers } = await clusteredMeta(link, ctx.signal);
  // `placement.preferred` came with 2.11; an older server ignores it.
  if (preferred !== undefined && !isAtLeast(link, 2, 11))
    throw new ApiError(
      422,
      'not_supported',
      'Servers before 2.11 elect whom they like: leave out who is to lead, or upgrade them. Nothing was done.',
    );
  const followers = peers.filter((one) => !one.leader && !one.offline).map(({ name }) => name);
  if (preferred !== undefined && !followers.includes(preferred))
    throw new ApiError(
      422,
      'unknown_peer',
      `${preferred} cannot lead. Those that can: ${followers.join(', ') || 'none'}. Nothing was done.`,
    );
  ctx.changed({ leader }, { preferred: preferred ?? null });
  const name = 'META.LEADER.STEPDOWN';
  const body = preferred === undefined ? undefined : { placement: { preferred } };
  parseReply(done, await apiRequest(link, name, body, ctx.signal), name);
  return { done: true as const, before: leader, at: new Date().toISOString() };
}

export async function removeMetaPeer(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  { peer: name, confirm, online }: BodyOf<Routes['removeMetaPeer']>,
) {
  assertConfirmed(confirm, name);
  const link = await toOperate(links, ctx, clusterId);
  const { peers } = await clusteredMeta(link, ctx.signal);
  const known = peers.find((one) => one.name === name);
  if (!known)
    throw new ApiError(
      422,
      'unknown_peer',
      `${name} is not in the meta group. Those that are: ${peers.map((one) => one.name).join(', ')}.`,
    );
  if (known.leader)
    throw new ApiError(
      422,
      'peer_leads',
      `${name} leads the meta group: have it step down first, and remove it then. Nothing was done.`,
    );
  // Who saw it offline may not know that it came back.
  if (!known.offline && !online)
    throw new ApiError(
      422,
      'peer_online',
      `${name} is online: removed now, JetStream is switched off on it at once, and streams whose only copy is there are lost. Say online: true if that is wanted. Nothing was done.`,
    );
  ctx.changed({ peers: peers.map((one) => one.name) }, { removed: name, online: !known.offline });
  parseReply(done, await apiRequest(link, 'SERVER.REMOVE', { peer: name }, ctx.signal), 'SERVER.REMOVE');
  return { removed: name, at: new Date().toISOString() };
}
