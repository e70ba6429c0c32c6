import { type serverSchema } from '@jetstream-console/contract';
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Link } from './link';

type Server = z.infer<typeof serverSchema>;

/** A figure the server left out is unknown, not zero. */
const number = z
  .number()
  .nullish()
  .transform((value) => value ?? null);
const traffic = z
  .object({ msgs: z.number(), bytes: z.number() })
  .nullish()
  .transform((value) => value ?? { msgs: null, bytes: null });
const statszReply = z.object({
  server: z.object({
    id: z.string(),
    name: z.string(),
    ver: z.string().default(''),
    cluster: z.string().nullish(),
    host: z.string().default(''),
  }),
  statsz: z.object({
    start: z.string().nullish(),
    mem: number,
    cores: number,
    cpu: number,
    connections: number,
    subscriptions: number,
    slow_consumers: number,
    sent: traffic,
    received: traffic,
    jetstream: z
      .object({
        config: z.object({ max_memory: number, max_storage: number }).nullish(),
        stats: z
          .object({
            memory: number,
            storage: number,
            ha_assets: number,
            api: z.object({ total: number, errors: number }).nullish(),
          })
          .nullish(),
        meta: z.object({ leader: z.string().nullish() }).nullish(),
      })
      .nullish(),
  }),
});

type JetStreamz = NonNullable<z.infer<typeof statszReply>['statsz']['jetstream']>;

const jetstreamOf = (
  js: JetStreamz,
  stats: NonNullable<JetStreamz['stats']>,
  serverName: string,
): Server['jetstream'] => ({
  memoryUsed: stats.memory ?? 0,
  storeUsed: stats.storage ?? 0,
  memoryMax: js.config?.max_memory ?? 0,
  storeMax: js.config?.max_storage ?? 0,
  streams: null,
  consumers: null,
  apiTotal: stats.api?.total ?? 0,
  apiErrors: stats.api?.errors ?? 0,
  metaLeader: js.meta?.leader === serverName,
});

function fromStatsz({ server, statsz }: z.infer<typeof statszReply>, now: number): Server {
  const js = statsz.jetstream;
  return {
    id: server.id,
    name: server.name,
    version: server.ver,
    cluster: server.cluster ?? null,
    host: server.host,
    startedAt: statsz.start ?? null,
    uptimeSeconds: statsz.start ? Math.max(0, Math.round((now - Date.parse(statsz.start)) / 1000)) : null,
    cpuPercent: statsz.cpu,
    cores: statsz.cores,
    memoryBytes: statsz.mem,
    connections: statsz.connections,
    subscriptions: statsz.subscriptions,
    slowConsumers: statsz.slow_consumers,
    inMsgs: statsz.received.msgs,
    outMsgs: statsz.sent.msgs,
    inBytes: statsz.received.bytes,
    outBytes: statsz.sent.bytes,
    jetstream: js?.stats ? jetstreamOf(js, js.stats, server.name) : null,
  };
}

/** Every server answers a ping by itself: replies are awaited until 300 ms pass in silence, two seconds at most. */
export async function serversBySystem(link: Link): Promise<Server[]> {
  const found = new Map<string, Server>();
  const replies = await link.nc.requestMany('$SYS.REQ.SERVER.PING', undefined, {
    strategy: 'stall',
    stall: 300,
    maxWait: 2000,
  });
  for await (const reply of replies) {
    const parsed = statszReply.safeParse(reply.json());
    if (parsed.success) found.set(parsed.data.server.id, fromStatsz(parsed.data, Date.now()));
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** Without a system credential: what the one server we are connected to says of itself. */
export function serverByConnection(nc: NatsConnection): Server[] {
  const { info } = nc;
  if (!info) return [];
  return [
    {
      id: info.server_id,
      name: info.server_name,
      version: info.version,
      cluster: info.cluster ?? null,
      host: nc.getServer(),
      startedAt: null,
      uptimeSeconds: null,
      cpuPercent: null,
      cores: null,
      memoryBytes: null,
      connections: null,
      subscriptions: null,
      slowConsumers: null,
      inMsgs: null,
      outMsgs: null,
      inBytes: null,
      outBytes: null,
      jetstream: null,
    },
  ];
}
