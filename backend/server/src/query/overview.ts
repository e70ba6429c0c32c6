import { createHash } from 'node:crypto';
import type { Finding, QueryOf, ResponseOf, Routes } from '@jetstream-console/contract';
import { shortCache } from '../jetstream/cache';
import { notFound } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import { visibleClusters } from './engine/clusters';
import type { QueryDeps } from './engine/deps';
import { isStale } from './findings/cluster';
import { loadWorlds, type LoadInput } from './findings/load';
import { findAll, idOf, type Found } from './findings/rules';
import { withSince } from './findings/since';
import { withSlopes } from './findings/slopes';
import type { World } from './findings/world';
import { silencedBy } from './silences/show';
import type { SilenceRow, SilenceStore } from './silences/store';

type Overview = ResponseOf<Routes['clusterOverview']>;
type Card = Overview['clusters'][number];

const largest = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((most, value) => (value === null ? most : Math.max(most ?? value, value)), null);
const sum = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((total, value) => (value === null ? total : (total ?? 0) + value), null);

/** Silences that hold, by the id of the finding. */
type Silences = ReadonlyMap<string, SilenceRow>;
const isSilenced = (silences: Silences, finding: Found): boolean => silences.has(idOf(finding));

/** A cluster in figures. Whoever sees only some of its streams gets the sums of those. */
export function cardOf(world: World, findings: readonly Found[], silences: Silences): Card {
  const { cluster, collection, streams, consumers, servers, nowMs } = world;
  const loud = findings.filter((finding) => !isSilenced(silences, finding));
  const worst = (['critical', 'warning'] as const).find((severity) =>
    loud.some((finding) => finding.severity === severity),
  );
  const known = collection !== null || streams.length > 0;
  return {
    id: cluster.id,
    name: cluster.name,
    state: worst ?? (!known || isStale(world) ? 'unknown' : 'ok'),
    silenced: findings.length - loud.length,
    ageSeconds:
      typeof collection?.goodMs === 'number'
        ? Math.max(0, Math.round((nowMs - collection.goodMs) / 1000))
        : streams.length > 0
          ? Math.max(0, Math.round((nowMs - Math.max(...streams.map(({ atMs }) => atMs))) / 1000))
          : null,
    publishedPerSecond: sum(streams.map(({ published }) => published)),
    streams: known ? (collection?.streams ?? streams.length) : null,
    consumers: known ? (collection?.consumers ?? consumers.length) : null,
    worstLag: largest(consumers.map(({ pending }) => pending)),
    storageUse: largest(
      servers.map(({ jsStorage, jsStorageMax }) =>
        jsStorage === null || jsStorageMax === null || jsStorageMax === 0 ? null : jsStorage / jsStorageMax,
      ),
    ),
    servers: collection?.servers ?? (servers.length > 0 ? servers.length : null),
  };
}

const show = (
  finding: Found,
  ownAccounts: ReadonlySet<string> | undefined,
  silence: SilenceRow | undefined,
): Finding => ({
  id: idOf(finding),
  rule: finding.rule.id,
  severity: finding.severity,
  title: finding.title,
  cluster: finding.cluster,
  subject: {
    kind: finding.subject.kind,
    stream: finding.subject.stream ?? null,
    consumer: finding.subject.consumer ?? null,
    server: finding.subject.server ?? null,
    account:
      finding.subject.account === undefined || ownAccounts?.has(finding.subject.account)
        ? null
        : finding.subject.account,
  },
  evidence: finding.evidence,
  since: typeof finding.sinceMs === 'number' ? new Date(finding.sinceMs).toISOString() : null,
  cure: finding.cure,
  silenced: silence ? silencedBy(silence) : null,
});

/** Findings in one answer: whoever has more has one thing to mend first. */
const maxFindings = 500;

async function load(input: LoadInput, silences: Silences): Promise<Overview> {
  const worlds = await withSlopes(input, await loadWorlds(input));
  const found = worlds.map((world) => ({ world, findings: findAll(world) }));
  const order = { critical: 0, warning: 1, info: 2 };
  const all = found
    .flatMap(({ findings }) => findings)
    .sort(
      (a, b) =>
        Number(isSilenced(silences, a)) - Number(isSilenced(silences, b)) || order[a.severity] - order[b.severity],
    )
    .slice(0, maxFindings);
  const own = new Map(worlds.map(({ cluster, ownAccounts }) => [cluster.id, ownAccounts]));
  return {
    findings: (await withSince(input, all)).map((finding) =>
      show(finding, own.get(finding.cluster.id), silences.get(idOf(finding))),
    ),
    clusters: found.map(({ world, findings }) => cardOf(world, findings, silences)),
    asOf: new Date(input.nowMs).toISOString(),
  };
}

const answers = shortCache<Overview>(5000, 200);

export interface OverviewDeps extends QueryDeps {
  readonly silences: Pick<SilenceStore, 'active'>;
}

/** Findings by severity and a card a cluster. Shared for some seconds by all who hold the same grants. */
export async function overview(
  deps: OverviewDeps,
  ctx: Ctx,
  query: QueryOf<Routes['clusterOverview']>,
): Promise<Overview> {
  const visible = await visibleClusters(deps.store, ctx);
  const chosen = query.cluster === undefined ? visible : visible.filter(({ id }) => id === query.cluster);
  if (query.cluster !== undefined && chosen.length === 0) throw notFound('This cluster');
  const clusters = chosen.map(({ id, settings }) => ({ id, name: settings.name }));
  const { organizationId, grants } = ctx.principal;
  const nowMs = deps.now();
  const active = await deps.silences.active(organizationId, nowMs);
  // With the silences in it: a new one shows in the next answer, and one that ends is not shown a moment longer.
  const key = createHash('sha256')
    .update(JSON.stringify([organizationId, grants, clusters, active.map(silencedBy)]))
    .digest('base64');
  // Many may wait for this answer: no single one's leaving ends it, and the statements' own bounds do.
  const signal = new AbortController().signal;
  return answers.get(
    key,
    () =>
      load(
        { ask: deps.ask, organizationId, grants, clusters, nowMs, signal },
        new Map(active.map((row) => [row.finding, row])),
      ),
    query.fresh ? 0 : undefined,
  );
}
