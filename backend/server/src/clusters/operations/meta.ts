import { z } from 'zod';
import type { Ctx } from '../../platform/handler';
import type { Links } from '../link';
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
/** As the leader tells it, which alone knows how far the others are. */
export async function getMetaGroup(links: Links, ctx: Ctx, clusterId: string) {
  const link = await systemLink(links, ctx, clusterId);
  const askedAt = new Date().toISOString();
  const told = await askServers(link, '$SYS.REQ.SERVER.PING.JSZ', {}, jsz, ctx.signal);
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
