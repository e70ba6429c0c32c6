import { performance } from 'node:perf_hooks';
import {
  clusterInput,
  type BodyOf,
  type Cluster,
  type ClusterInput,
  type ClusterSettings,
  type Credential,
  type Routes,
  type Slot,
  type clusterRoutes,
} from '@jetstream-console/contract';
import { within } from '../platform/engines';
import { ApiError, invalid } from '../platform/errors';
import { check } from '../platform/input';
import type { Ctx, Handlers } from '../platform/handler';
import { accountInfo } from '../jetstream/account';
import { pageSorted } from '../jetstream/sorted';
import { unreachable } from './connect';
import { readContext } from './context';
import { testCluster } from './doctor';
import type { Guard } from './guard';
import type { Pool } from './pool';
import { serverByConnection, serversBySystem } from './servers';
import type { ClusterRecord, ClusterStore } from './store';

export interface ClusterDeps {
  readonly store: ClusterStore;
  readonly pool: Pool;
  readonly guard: Guard;
}

/** A round trip of a server that is there takes milliseconds; "unreachable" has to be said within five seconds. */
const flushTimeoutMs = 3000;
const accountSlots: readonly Slot[] = ['read', 'operate', 'admin'];

function showCluster(record: ClusterRecord): Cluster {
  const filled = record.slots.filter(({ slot }) => accountSlots.includes(slot)).length;
  return {
    ...record.settings,
    id: record.id,
    version: record.version,
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    slots: record.slots.map(({ slot, kind, hint, updatedAt }) => ({
      slot,
      kind,
      hint,
      updatedAt: updatedAt.toISOString(),
    })),
    sharedCredential: filled < accountSlots.length,
  };
}

/** What the pool knows, without a request to anyone: a list never waits for a dead cluster. */
function statusOf(pool: Pool, record: ClusterRecord) {
  const { state, error, nc, checkedAt } = pool.stateOf(record);
  const info = nc?.info;
  return {
    state,
    error,
    rttMs: null,
    checkedAt: checkedAt.toISOString(),
    server:
      info && nc
        ? { name: info.server_name, version: info.version, cluster: info.cluster ?? null, url: nc.getServer() }
        : null,
  };
}

/** What decides where a secret is sent. */
const destination = ({ urls, tls }: Pick<ClusterSettings, 'urls' | 'tls'>) =>
  JSON.stringify([urls, tls.mode, tls.ca ?? null, tls.serverName ?? null]);

/**
 * Merges a change into a cluster. Where the destination changes every filled slot has to be given again: an edit must
 * not be a way to send a sealed secret to another server.
 */
export function merge(
  record: ClusterRecord,
  body: BodyOf<Routes['updateCluster']>,
): { settings: ClusterSettings; credentials: Partial<Record<Slot, Credential>> } {
  if (body.version !== undefined && body.version !== record.version) {
    throw new ApiError(
      409,
      'conflict',
      `You changed version ${body.version}; version ${record.version} is there by now. Load it again and repeat your change.`,
    );
  }
  const { version: _version, credentials = {}, ...changes } = body;
  const settings: ClusterSettings = { ...record.settings, ...changes };
  if (destination(settings) !== destination(record.settings)) {
    const owed = record.slots
      .filter(({ slot, kind }) => kind !== 'none' && credentials[slot] === undefined)
      .map(({ slot }) => slot);
    if (owed.length > 0) {
      throw new ApiError(
        422,
        'secrets_needed',
        `URLs or TLS settings change, so give the credentials again (${owed.join(', ')}): the console does not send a kept secret to another place.`,
        { errors: owed.map((slot) => ({ field: `body.credentials.${slot}`, message: 'has to be given again' })) },
      );
    }
  }
  return { settings, credentials };
}

const settingsOf = ({ credentials: _credentials, ...settings }: ClusterInput): ClusterSettings => settings;

async function importInto(
  deps: ClusterDeps,
  ctx: Ctx,
  record: ClusterRecord,
  body: BodyOf<Routes['importContext']>,
): Promise<ClusterRecord> {
  const { input, missing } = readContext(body.context, body.files);
  const [first] = missing;
  if (first) throw invalid('body.files', `${first.path} is missing. ${first.say}`);
  const whole = check(clusterInput, 'body', { ...record.settings, ...input, name: record.settings.name });
  const replaced = record.slots
    .filter(({ slot }) => slot !== 'system' && whole.credentials[slot] === undefined)
    .map(({ slot }) => slot);
  const system = record.slots.some(({ slot }) => slot === 'system');
  if (system && destination(whole) !== destination(record.settings)) replaced.push('system');
  const after = await deps.store.update(record, settingsOf(whole), whole.credentials, replaced);
  await deps.pool.forget(record.id);
  ctx.changed(showCluster(record), showCluster(after));
  return after;
}

export function clusterHandlers(deps: ClusterDeps): Handlers<typeof clusterRoutes> {
  const { store, pool, guard } = deps;
  const get = (ctx: Ctx, clusterId: string) => store.get(ctx.principal.organizationId, clusterId);
  const save = async (
    ctx: Ctx,
    record: ClusterRecord,
    settings: ClusterSettings,
    credentials: Partial<Record<Slot, Credential>>,
    remove: readonly Slot[] = [],
  ) => {
    const after = await store.update(record, settings, credentials, remove);
    await pool.forget(record.id);
    ctx.changed(showCluster(record), showCluster(after));
    return showCluster(after);
  };
  return {
    listClusters: async ({ query }, ctx) => {
      const search = query.search?.toLowerCase();
      const records = (await store.list(ctx.principal.organizationId))
        .filter((record) => ctx.decide({ resource: 'clusters', action: 'read' }, { cluster: record.id }).allowed)
        .filter((record) => search === undefined || record.settings.name.toLowerCase().includes(search));
      const page = pageSorted(
        records,
        { sort: 'name', order: 'asc', limit: query.limit, cursor: query.cursor },
        (record) => record.settings.name.toLowerCase(),
        (record) => record.id,
      );
      return {
        ...page,
        items: page.items.map((record) => ({ ...showCluster(record), status: statusOf(pool, record) })),
      };
    },
    createCluster: async ({ body }, ctx) => {
      const record = await store.create(ctx.principal.organizationId, settingsOf(body), body.credentials);
      ctx.changed(null, showCluster(record));
      return showCluster(record);
    },
    testNewCluster: ({ body }) => testCluster(settingsOf(body), body.credentials, guard),
    parseContext: async ({ body }) => readContext(body.context, body.files),
    getCluster: async ({ params }, ctx) => {
      const record = await get(ctx, params.clusterId);
      return { ...showCluster(record), status: statusOf(pool, record) };
    },
    updateCluster: async ({ params, body }, ctx) => {
      const record = await get(ctx, params.clusterId);
      const { settings, credentials } = merge(record, body);
      return save(ctx, record, settings, credentials);
    },
    deleteCluster: async ({ params }, ctx) => {
      const record = await get(ctx, params.clusterId);
      await store.delete(ctx.principal.organizationId, params.clusterId);
      await pool.forget(params.clusterId);
      ctx.changed(showCluster(record), null);
      return { ok: true };
    },
    putCredential: async ({ params, body }, ctx) => {
      const record = await get(ctx, params.clusterId);
      return save(ctx, record, record.settings, { [params.slot]: body });
    },
    deleteCredential: async ({ params }, ctx) => {
      const record = await get(ctx, params.clusterId);
      return save(ctx, record, record.settings, {}, [params.slot]);
    },
    testCluster: async ({ params }, ctx) => {
      const record = await get(ctx, params.clusterId);
      const opened = await Promise.all(
        record.slots.map(
          async ({ slot }) => [slot, await store.credential(record.organizationId, record.id, slot)] as const,
        ),
      );
      return testCluster(
        record.settings,
        Object.fromEntries(opened.filter(([, credential]) => credential !== null)) as Partial<Record<Slot, Credential>>,
        guard,
      );
    },
    importContext: async ({ params, body }, ctx) =>
      showCluster(await importInto(deps, ctx, await get(ctx, params.clusterId), body)),
    clusterHealth: async ({ params }, ctx) => {
      const record = await get(ctx, params.clusterId);
      try {
        const { nc } = await pool.open(ctx, params.clusterId);
        const started = performance.now();
        await within(flushTimeoutMs, 'The server', nc.flush()).catch((error: unknown) => {
          throw unreachable('the connection is open, and the server does not answer on it.', error);
        });
        return {
          ...statusOf(pool, record),
          rttMs: Math.round((performance.now() - started) * 100) / 100,
          checkedAt: new Date().toISOString(),
        };
      } catch (error) {
        // Health is the one place where "cannot be reached" is an answer and not a failure.
        if (error instanceof ApiError && error.status === 503)
          return {
            state: 'unreachable' as const,
            server: null,
            rttMs: null,
            error: error.message,
            checkedAt: new Date().toISOString(),
          };
        throw error;
      }
    },
    clusterInfo: async ({ params }, ctx) => accountInfo(await pool.open(ctx, params.clusterId), ctx.signal),
    clusterServers: async ({ params }, ctx) => {
      const askedAt = new Date().toISOString();
      const system = await pool.openSystem(ctx, params.clusterId);
      if (system) return { source: 'system_account', items: await serversBySystem(system), askedAt };
      return { source: 'connection', items: serverByConnection((await pool.open(ctx, params.clusterId)).nc), askedAt };
    },
  };
}
