import type { CredentialLevel, Slot } from '@jetstream-console/contract';
import type { NatsConnection } from '@nats-io/transport-node';
import { ApiError, notFound } from '../platform/errors';
import { within } from '../platform/engines';
import type { Logger } from '../platform/log';
import { explainConnect, openNats, unreachable } from './connect';
import type { Guard } from './guard';
import type { Asker, Link, Links } from './link';
import type { ClusterRecord, ClusterStore } from './store';

/** An answer that says "unreachable" has to be there within five seconds. */
const openTimeoutMs = 4500;
/** How long a failure is repeated without another try: one dead cluster then costs nobody a wait. */
const failureMemoryMs = 3000;
const idleMs = 15 * 60_000;

const accountSlots = ['read', 'operate', 'admin'] as const;

/**
 * The slot that serves a level: its own, else the nearest below it, so that a request never goes out on more than its
 * caller may; where none is below, the lowest there is, since one credential then serves all and the page says so.
 */
export function slotFor(level: CredentialLevel, filled: readonly Slot[]): Slot | null {
  const wanted = accountSlots.indexOf(level === 'none' ? 'read' : level);
  for (let i = wanted; i >= 0; i--) if (filled.includes(accountSlots[i] ?? 'read')) return accountSlots[i] ?? null;
  return accountSlots.find((slot) => filled.includes(slot)) ?? null;
}

/** @throws ApiError 403 for what changes anything in a cluster that is read-only here */
function assertWritable({ settings }: ClusterRecord, level: CredentialLevel): void {
  if (settings.readOnly && level !== 'read' && level !== 'none')
    throw new ApiError(
      403,
      'cluster_read_only',
      'This cluster is switched to read-only in the console. An administrator can switch it back.',
    );
}

type State = 'connecting' | 'connected' | 'unreachable';
interface Entry {
  readonly clusterId: string;
  readonly slot: Slot | 'none';
  readonly generation: string;
  opening: Promise<NatsConnection>;
  nc: NatsConnection | null;
  state: State;
  error: string | null;
  failedAt: number;
  usedAt: number;
  checkedAt: Date;
}

export interface ConnectionState {
  readonly state: State | 'idle';
  readonly error: string | null;
  readonly nc: NatsConnection | null;
  readonly checkedAt: Date;
}

export interface Pool extends Links {
  /**
   * For workers, which act for nobody: with the record as they know it.
   * @returns null where the cluster has no credential for that side. @throws ApiError 503 `cluster_unreachable`
   */
  openFor(record: ClusterRecord, side: 'account' | 'system'): Promise<Link | null>;
  /** What is known without asking anyone. */
  stateOf(record: ClusterRecord): ConnectionState;
  /** Ends the connections of a cluster that was changed or deleted. */
  forget(clusterId: string): Promise<void>;
  close(): Promise<void>;
}

interface Deps {
  readonly store: ClusterStore;
  readonly guard: Guard;
  readonly log: Logger;
  readonly onCount?: (state: string, count: number) => void;
}

export function makePool({ store, guard, log, onCount }: Deps): Pool {
  const entries = new Map<string, Entry>();
  const keyOf = (clusterId: string, slot: string) => `${clusterId} ${slot}`;
  const count = () => {
    for (const state of ['connected', 'connecting', 'unreachable'] as const)
      onCount?.(state, [...entries.values()].filter((e) => e.state === state).length);
  };
  const end = async (entry: Entry) => {
    entries.delete(keyOf(entry.clusterId, entry.slot));
    count();
    const nc = entry.nc ?? (await entry.opening.catch(() => null));
    await nc?.close();
  };

  const watch = async (entry: Entry, nc: NatsConnection) => {
    for await (const status of nc.status()) {
      if (status.type === 'disconnect' || status.type === 'reconnecting') entry.state = 'connecting';
      if (status.type === 'reconnect') {
        entry.state = 'connected';
        entry.error = null;
      }
      if (status.type === 'error') entry.error = status.error.message;
      entry.checkedAt = new Date();
      count();
    }
  };

  const make = (record: ClusterRecord, slot: Slot | 'none', generation: string): Entry => {
    const open = async () => {
      const credential = slot === 'none' ? null : await store.credential(record.organizationId, record.id, slot);
      return openNats(record.settings, credential, guard, store.connectionNames(record.id)[0]);
    };
    const entry: Entry = {
      clusterId: record.id,
      slot,
      generation,
      opening: open(),
      nc: null,
      state: 'connecting',
      error: null,
      failedAt: 0,
      usedAt: Date.now(),
      checkedAt: new Date(),
    };
    entry.opening.then(
      (nc) => {
        Object.assign(entry, { nc, state: 'connected', error: null, checkedAt: new Date() });
        count();
        // Whoever forgot this entry while it was opening has no use for the connection any more.
        if (entries.get(keyOf(record.id, slot)) !== entry) void nc.close();
        watch(entry, nc).catch((error: unknown) =>
          log.debug({ err: error, cluster: record.id }, 'status of a cluster connection ended'),
        );
        void nc.closed().then(() => {
          if (entries.get(keyOf(record.id, slot)) === entry) entries.delete(keyOf(record.id, slot));
          count();
        });
      },
      (error: unknown) => {
        Object.assign(entry, {
          state: 'unreachable',
          error: explainConnect(error, record.settings),
          failedAt: Date.now(),
          checkedAt: new Date(),
        });
        log.warn({ cluster: record.id, reason: entry.error }, 'a cluster cannot be reached');
        count();
      },
    );
    return entry;
  };

  const borrow = async (record: ClusterRecord, slot: Slot | 'none'): Promise<Link> => {
    const generation = `${record.id}:${record.version}:${slot}`;
    const key = keyOf(record.id, slot);
    let entry = entries.get(key);
    if (entry && entry.generation !== generation) {
      void end(entry);
      entry = undefined;
    }
    if (entry?.state === 'unreachable' && Date.now() - entry.failedAt > failureMemoryMs) entry = undefined;
    if (!entry) {
      entry = make(record, slot, generation);
      entries.set(key, entry);
    }
    if (entry.state === 'unreachable') throw unreachable(entry.error ?? 'the last try failed.');
    entry.usedAt = Date.now();
    let nc: NatsConnection;
    try {
      nc = await within(openTimeoutMs, 'The cluster', entry.opening);
    } catch (error) {
      throw unreachable(explainConnect(error, record.settings), error);
    }
    if (entry.state === 'connecting')
      throw unreachable(`the connection was lost and is being made again${entry.error ? ` (${entry.error})` : ''}.`);
    const { domain, inboxPrefix } = record.settings;
    return {
      clusterId: record.id,
      nc,
      domain,
      inboxPrefix: inboxPrefix ?? undefined,
      generation,
      apiPrefix: domain === null ? '$JS.API' : `$JS.${domain}.API`,
    };
  };

  const sweep = setInterval(() => {
    for (const entry of [...entries.values()]) if (Date.now() - entry.usedAt > idleMs) void end(entry);
  }, 60_000);
  sweep.unref();

  /** @throws ApiError 404 for an unknown cluster and for another organization's alike */
  const recordOf = async ({ principal }: Asker, clusterId: string): Promise<ClusterRecord> => {
    const records = await store.known(principal.organizationId, principal.organizationVersion);
    const record = records.find(({ id }) => id === clusterId);
    if (!record) throw notFound('This cluster');
    return record;
  };
  const filledOf = (record: ClusterRecord) => record.slots.map(({ slot }) => slot);
  return {
    open: async (ctx: Asker, clusterId: string, level: CredentialLevel = ctx.level) => {
      const record = await recordOf(ctx, clusterId);
      assertWritable(record, level);
      return borrow(record, slotFor(level, filledOf(record)) ?? 'none');
    },
    openSystem: async (ctx, clusterId) => {
      const record = await recordOf(ctx, clusterId);
      assertWritable(record, ctx.level);
      return filledOf(record).includes('system') ? borrow(record, 'system') : null;
    },
    openFor: async (record, side) => {
      const filled = filledOf(record);
      if (side === 'system') return filled.includes('system') ? borrow(record, 'system') : null;
      const slot = slotFor('read', filled);
      // Who gave only a system credential has not said that anybody may come in without one.
      return slot === null && filled.length > 0 ? null : borrow(record, slot ?? 'none');
    },
    stateOf: (record) => {
      const entry = entries.get(keyOf(record.id, slotFor('read', filledOf(record)) ?? 'none'));
      return entry
        ? { state: entry.state, error: entry.error, nc: entry.nc, checkedAt: entry.checkedAt }
        : { state: 'idle', error: null, nc: null, checkedAt: record.updatedAt };
    },
    forget: async (clusterId) => {
      await Promise.all([...entries.values()].filter((entry) => entry.clusterId === clusterId).map(end));
    },
    close: async () => {
      clearInterval(sweep);
      await Promise.all([...entries.values()].map(end));
    },
  };
}
