import type { QuerySpec } from '@jetstream-console/contract';
import type { ClusterRecord } from '../../clusters/store';
import { serverByConnection, serversBySystem } from '../../clusters/servers';
import { accountInfo } from '../../jetstream/account';
import { listConsumers } from '../../jetstream/consumers';
import { listBuckets } from '../../jetstream/kv';
import { listObjectStores } from '../../jetstream/objects/stores';
import { listStreams, listSubjects } from '../../jetstream/streams';
import { invalid } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { QueryDeps } from '../engine/deps';
import { Params } from '../engine/params';
import { makePerStream } from '../metrics/perStream';
import { conditions } from '../metrics/source';
import type { AccountNow, ClusterNow, SubjectNow } from './columns';

export type InventorySpec = Extract<QuerySpec, { kind: 'inventory' }>;

/** More than any account holds that the console manages well; the answer is cut to the asker's limit afterwards. */
const all = 100_000;
const accountsSinceMs = 600_000;

export function clusterNow(deps: QueryDeps, record: ClusterRecord): ClusterNow {
  const { state, error, nc, checkedAt } = deps.stateOf(record);
  return {
    cluster: record.settings.name,
    id: record.id,
    state,
    server: nc?.info?.server_name ?? null,
    version: nc?.info?.version ?? null,
    readOnly: record.settings.readOnly,
    checkedMs: checkedAt.getTime(),
    error,
  };
}

/** Servers and accounts are the cluster as a whole: some names of it are not enough to see them. */
export function mayAsk(ctx: Ctx, cluster: string): boolean {
  return (['clusters', 'streams'] as const).every(
    (resource) => ctx.decide({ resource, action: 'read' }, { cluster }).allowed,
  );
}

export async function servers({ links }: QueryDeps, ctx: Ctx, { id, settings }: ClusterRecord) {
  if (!mayAsk(ctx, id)) return [];
  const system = await links.openSystem(ctx, id);
  const found = system ? await serversBySystem(system) : serverByConnection((await links.open(ctx, id)).nc);
  return found.map((server) => ({ ...server, natsCluster: server.cluster, cluster: settings.name }));
}

async function ownAccount({ links }: QueryDeps, ctx: Ctx, { id, settings }: ClusterRecord): Promise<AccountNow> {
  const { limits, ...info } = await accountInfo(await links.open(ctx, id), ctx.signal);
  const none = { maxStreams: null, maxConsumers: null, maxStorage: null, maxMemory: null };
  return { cluster: settings.name, account: '', ...info, ...(limits ?? none), domain: info.domain ?? '', own: true };
}

/** The cluster's own account as it says itself now; the others, where I may see them, from their newest samples. */
export async function accounts(deps: QueryDeps, ctx: Ctx, record: ClusterRecord): Promise<AccountNow[]> {
  if (!mayAsk(ctx, record.id)) return [];
  const own = await ownAccount(deps, ctx, record);
  // Whoever sees no other account needs no samples, and gets an answer while ClickHouse is away.
  if (!ctx.decide({ resource: 'accounts', action: 'read' }, { cluster: record.id }).allowed) return [own];
  const params = new Params();
  const now = deps.now();
  const { organizationId, grants } = ctx.principal;
  const where = conditions(
    { source: 'account', organizationId, clusterIds: [record.id], filters: [], grants },
    { fromMs: now - accountsSinceMs, toMs: now + 60_000 },
    params,
  );
  const newest = [
    'streams',
    'consumers',
    'storage',
    'memory',
    'max_streams',
    'max_consumers',
    'max_storage',
    'max_memory',
  ];
  const { rows } = await deps.ask(
    {
      sql: `SELECT account, domain, argMax(own, time), ${newest.map((column) => `argMax(${column}, time)`).join(', ')} FROM account_metrics WHERE ${where} GROUP BY account, domain`,
      params: params.values,
    },
    ctx.signal,
  );
  const known = rows.map((row): AccountNow => {
    const at = (i: number) => (row[i + 3] === null ? null : Number(row[i + 3]));
    return {
      cluster: record.settings.name,
      account: String(row[0]),
      domain: String(row[1]),
      own: Boolean(row[2]),
      streams: at(0),
      consumers: at(1),
      storage: at(2),
      memory: at(3),
      maxStreams: at(4),
      maxConsumers: at(5),
      maxStorage: at(6),
      maxMemory: at(7),
    };
  });
  const name = known.find((account) => account.own)?.account ?? '';
  return [{ ...own, account: name }, ...known.filter((account) => !account.own)];
}

const whole = { limit: all, order: 'asc' } as const;

export async function streams(deps: QueryDeps, ctx: Ctx, { id, settings }: ClusterRecord) {
  const from = { links: deps.links, perStream: makePerStream(deps) };
  const { items } = await listStreams(from, ctx, id, { ...whole, kind: 'all', health: 'all', sort: 'name' });
  return items.map((row) => ({ ...row, cluster: settings.name }));
}

export async function consumers({ links }: QueryDeps, ctx: Ctx, { id, settings }: ClusterRecord) {
  const { items } = await listConsumers(links, ctx, id, { ...whole, sort: 'name' });
  return items.map((row) => ({ ...row, cluster: settings.name }));
}

export async function buckets({ links }: QueryDeps, ctx: Ctx, { id, settings }: ClusterRecord) {
  const { items } = await listBuckets(links, ctx, id, { ...whole, sort: 'bucket' });
  return items.map((row) => ({ ...row, cluster: settings.name }));
}

export async function objectStores({ links }: QueryDeps, ctx: Ctx, { id, settings }: ClusterRecord) {
  const { items } = await listObjectStores(links, ctx, id, { ...whole, sort: 'store' });
  return items.map((row) => ({ ...row, cluster: settings.name }));
}

export async function subjects(
  { links }: QueryDeps,
  ctx: Ctx,
  { id, settings }: ClusterRecord,
  { stream, subject, limit }: Pick<InventorySpec, 'stream' | 'subject' | 'limit'>,
): Promise<SubjectNow[]> {
  if (stream === null) throw invalid('stream', 'say the stream whose subjects are wanted');
  ctx.require({ resource: 'streams', action: 'read' }, { cluster: id, name: stream });
  const { items } = await listSubjects(links, ctx, id, stream, { filter: subject ?? '>', limit, sort: 'count' });
  return items.map((row) => ({ ...row, cluster: settings.name, stream }));
}
