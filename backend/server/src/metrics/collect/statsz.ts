import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { count, fieldsOf, number, string, type Fields, type MetaFigures } from '../sample/readers';
import { toStored } from '../sample/times';
import type { Moment } from '../sample/increase';
import type { ServerFigures } from '../sample/serverRow';
import type { Usage } from './asker';
import type { Clock } from './clock';

/** What a server last said of itself. */
export interface Seen {
  readonly name: string;
  readonly id: string;
  readonly jetstream: boolean;
  readonly at: Moment;
  readonly figures: ServerFigures;
}

/** Servers say it every ten seconds by themselves; one that missed two of them is asked. */
const freshMs = 22_000;
/** A server that was seen is expected for so long, unless it is said to be removed. */
const expectedMs = 3_600_000;
/** After a ping, answers are awaited until nobody answered for so long. */
const stallMs = 300;
const pingMs = 1500;

/** @returns null for what is no STATSZ */
export function readStatsz(value: unknown, at: Moment): Seen | null {
  const fields = fieldsOf(value);
  const server = fields && fieldsOf(fields['server']);
  const statsz = fields && fieldsOf(fields['statsz']);
  if (!server || !statsz || string(server, 'id') === '') return null;
  const js = fieldsOf(statsz['jetstream']);
  const sub = (of: Fields | null, name: string) => (of ? fieldsOf(of[name]) : null);
  const config = sub(js, 'config');
  const stats = sub(js, 'stats');
  const api = sub(stats, 'api');
  const meta = sub(js, 'meta');
  const length = (name: string) => {
    const list = statsz[name];
    return Array.isArray(list) ? list.length : 0;
  };
  const name = string(server, 'name') || string(server, 'id');
  return {
    name,
    id: string(server, 'id'),
    jetstream: js !== null,
    at,
    figures: {
      id: string(server, 'id'),
      natsCluster: string(server, 'cluster'),
      domain: string(server, 'domain') || string(config, 'domain'),
      version: string(server, 'ver'),
      host: string(server, 'host'),
      started: toStored(string(statsz, 'start')),
      jetstream: js !== null,
      gauges: {
        cpu: number(statsz, 'cpu'),
        cores: number(statsz, 'cores'),
        memory: number(statsz, 'mem'),
        connections: number(statsz, 'connections'),
        subscriptions: number(statsz, 'subscriptions'),
        routes: length('routes'),
        gateways: length('gateways'),
        js_memory: stats && count(stats, 'memory'),
        js_memory_reserved: stats && count(stats, 'reserved_memory'),
        js_memory_max: number(config, 'max_memory'),
        js_storage: stats && count(stats, 'storage'),
        js_storage_reserved: stats && count(stats, 'reserved_storage'),
        js_storage_max: number(config, 'max_storage'),
        ha_assets: stats && count(stats, 'ha_assets'),
        api_inflight: api && count(api, 'inflight'),
      },
      metaLeader: meta ? string(meta, 'leader') === name : null,
      metaCurrent: null,
      metaOffline: null,
      metaLag: null,
      metaPending: number(meta, 'pending'),
      counters: [
        number(statsz, 'slow_consumers'),
        number(sub(statsz, 'received'), 'msgs'),
        number(sub(statsz, 'sent'), 'msgs'),
        number(sub(statsz, 'received'), 'bytes'),
        number(sub(statsz, 'sent'), 'bytes'),
        api && count(api, 'total'),
        api && count(api, 'errors'),
      ],
    },
  };
}

/** Adds how the meta group's leader sees a server. */
export function seenByMeta(figures: ServerFigures, name: string, meta: MetaFigures | null): ServerFigures {
  if (!meta || meta.leader === '') return figures;
  if (meta.leader === name) return { ...figures, metaLeader: true, metaCurrent: true, metaOffline: false, metaLag: 0 };
  const peer = meta.peers.find((one) => one.name === name);
  return peer
    ? { ...figures, metaLeader: false, metaCurrent: peer.current, metaOffline: peer.offline, metaLag: peer.lag }
    : figures;
}

export interface Statsz {
  /** Makes sure that what is known is not old: asks where a server that is expected was not heard. */
  refresh(): Promise<void>;
  /** servers heard of lately enough to be asked */
  heard(): Seen[];
  /** every server that ought to be there, heard or not */
  expected(): Seen[];
  /** A server left for good. */
  forget(name: string): void;
  close(): void;
}

/** Listens to what servers broadcast of themselves: it costs them nothing. */
export function watchStatsz(nc: NatsConnection, clock: Clock, usage: Usage): Statsz {
  const servers = new Map<string, Seen>();
  let asked = false;
  const take = (message: Msg) => {
    usage.bytes += message.data.byteLength;
    let value: unknown;
    try {
      value = message.json();
    } catch {
      return; // A server that says nonsense is not heard, and shows as silent.
    }
    const seen = readStatsz(value, clock.now());
    if (seen) servers.set(seen.name, seen);
  };
  const subscription = nc.subscribe('$SYS.SERVER.*.STATSZ', {
    callback: (error, message) => {
      if (!error) take(message);
    },
  });
  const age = ({ at }: Seen) => clock.now().steadyMs - at.steadyMs;
  return {
    refresh: async () => {
      if (asked && [...servers.values()].every((seen) => age(seen) < freshMs)) return;
      asked = true;
      usage.requests++;
      const replies = await nc.requestMany('$SYS.REQ.SERVER.PING', undefined, {
        strategy: 'stall',
        stall: stallMs,
        maxWait: pingMs,
      });
      for await (const reply of replies) take(reply);
      for (const seen of [...servers.values()]) if (age(seen) > expectedMs) servers.delete(seen.name);
    },
    heard: () => [...servers.values()].filter((seen) => age(seen) < freshMs),
    expected: () => [...servers.values()],
    forget: (name) => {
      servers.delete(name);
    },
    close: () => subscription.unsubscribe(),
  };
}
