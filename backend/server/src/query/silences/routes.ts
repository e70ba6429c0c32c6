import { longestSilenceDays, type findingRoutes } from '@jetstream-console/contract';
import { ApiError, invalid, notFound } from '../../platform/errors';
import type { Ctx, Handlers } from '../../platform/handler';
import { visibleClusters } from '../engine/clusters';
import { overview, type OverviewDeps } from '../overview';
import { showSilence } from './show';
import type { Silenced, SilenceRow, SilenceStore } from './store';

const dayMs = 86_400_000;

/** A silence names what it is about: whoever may not see that does not see the silence. */
export function maySee(ctx: Pick<Ctx, 'decide'>, { cluster_id: cluster, subject }: SilenceRow): boolean {
  const may = (resource: 'alerts' | 'accounts' | 'streams' | 'consumers', name?: string) =>
    ctx.decide({ resource, action: 'read' }, { cluster, ...(name !== undefined && { name }) }).allowed;
  const { account, stream, consumer } = subject;
  return (
    may('alerts') &&
    (account === null || may('accounts')) &&
    (stream === null || may('streams', stream)) &&
    (consumer === null || stream === null || may('consumers', stream))
  );
}

/** @throws ApiError 400 for a time that is over, or further away than a silence lasts */
function untilOf(until: string, nowMs: number): number {
  const untilMs = Date.parse(until);
  if (untilMs <= nowMs) throw invalid('body.until', 'is over already; name a time to come');
  if (untilMs > nowMs + longestSilenceDays * dayMs)
    throw invalid('body.until', `a silence lasts ${longestSilenceDays} days at most; silence it again then`);
  return untilMs;
}

export function findingHandlers(
  deps: OverviewDeps & { readonly silences: SilenceStore },
): Handlers<typeof findingRoutes> {
  const { silences } = deps;
  const clusterNames = async (ctx: Ctx) =>
    new Map((await visibleClusters(deps.store, ctx)).map(({ id, settings }) => [id, settings.name]));

  /** As the asker's overview has it now, or as it was when it was silenced: a finding may come and go. */
  async function findingOf(ctx: Ctx, clusterId: string, finding: string): Promise<Silenced> {
    const { findings } = await overview(deps, ctx, { cluster: clusterId });
    const now = findings.find(({ id }) => id === finding);
    if (now) return { ...now, clusterId };
    const active = await silences.active(ctx.principal.organizationId, deps.now());
    const row = active.find((silence) => silence.finding === finding && silence.cluster_id === clusterId);
    if (!row || !maySee(ctx, row))
      throw new ApiError(
        404,
        'finding_gone',
        'There is no such finding on this cluster now, so there is nothing to silence. Load the overview again.',
      );
    return { id: finding, rule: row.rule, title: row.title, subject: row.subject, clusterId };
  }

  return {
    listSilences: async ({ query }, ctx) => {
      const names = await clusterNames(ctx);
      if (query.cluster !== undefined && !names.has(query.cluster)) throw notFound('This cluster');
      const rows = await silences.active(ctx.principal.organizationId, deps.now());
      return {
        items: rows
          .filter((row) => (query.cluster ?? row.cluster_id) === row.cluster_id && maySee(ctx, row))
          .flatMap((row) => {
            const name = names.get(row.cluster_id);
            return name === undefined ? [] : [showSilence(row, name)];
          }),
      };
    },
    silenceFinding: async ({ params, body }, ctx) => {
      const nowMs = deps.now();
      const untilMs = untilOf(body.until, nowMs);
      const name = (await clusterNames(ctx)).get(params.clusterId);
      if (name === undefined) throw notFound('This cluster');
      const finding = await findingOf(ctx, params.clusterId, body.finding);
      const { before, after } = await silences.put(ctx.principal, finding, { untilMs, reason: body.reason, nowMs });
      ctx.changed(before ? showSilence(before, name) : null, showSilence(after, name));
      return showSilence(after, name);
    },
    unsilenceFinding: async ({ params }, ctx) => {
      const names = await clusterNames(ctx);
      const name = names.get(params.clusterId);
      if (name === undefined) throw notFound('This cluster');
      const row = await silences.remove(ctx.principal.organizationId, params.clusterId, params.silenceId);
      if (!row) throw notFound('This silence');
      ctx.changed(showSilence(row, name), null);
      return { ok: true };
    },
  };
}
