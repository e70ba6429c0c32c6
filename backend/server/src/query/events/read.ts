import type { Grant, QuerySpec } from '@jetstream-console/contract';
import { forbidden } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Statement } from '../engine/ask';
import { namedClusters, visibleClusters } from '../engine/clusters';
import type { QueryDeps, Window } from '../engine/deps';
import { allOf, Params } from '../engine/params';
import { accountCondition, bothClusters, coversName, nameScope, scopeCondition, wholeClusters } from '../engine/scope';
import type { Frame } from '../frames/frame';
import { niceStep } from '../metrics/step';
import { eventFrame, placeText, type EventRow } from './frame';

export type EventsSpec = Extract<QuerySpec, { kind: 'events' }>;

export const instant = (ms: number, params: Params) => `fromUnixTimestamp64Milli(${params.add('Int64', ms)}, 'UTC')`;
const streamScope = (grants: readonly Grant[]) => nameScope(grants, { resource: 'streams', action: 'read' });
const clusterScope = (grants: readonly Grant[]) =>
  bothClusters(
    wholeClusters(grants, { resource: 'clusters', action: 'read' }),
    wholeClusters(grants, { resource: 'streams', action: 'read' }),
  );

/** Advisories about a stream for whoever may see that stream; those about the cluster for whoever may see all of it. */
export function advisoryRights(grants: readonly Grant[]) {
  const [streams, whole] = [streamScope(grants), clusterScope(grants)];
  return {
    condition: (params: Params): string => {
      const about = [
        ["stream != ''", scopeCondition(streams, 'stream', params)],
        ["stream = ''", scopeCondition(whole, 'stream', params)],
      ].map((parts) => parts.filter((part) => part !== null).join(' AND '));
      return `((${about.join(') OR (')}))`;
    },
    /** the same once more on what was found: LIKE knows other characters than globs do */
    covers: (cluster: string, stream: string) => coversName(stream === '' ? whole : streams, cluster, stream),
  };
}

/** What tells one of these from another is the message that it is about: their titles differ, and they are the same. */
const ofMessages: readonly string[] = ['max_deliver', 'nak', 'terminated'];
/** In an answer to one range the same again and again shows at most so often. */
const buckets = 60;
export const bucketOf = ({ fromMs, toMs }: Pick<Window, 'fromMs' | 'toMs'>): number =>
  Math.max(1000, niceStep((toMs - fromMs) / buckets));

/**
 * A consumer that gives up many messages a minute does not push everything else out of the answer: the same within one
 * bucket of time is one row, with how often it came, first and last.
 */
export function advisoriesStatement(
  spec: Pick<EventsSpec, 'types' | 'stream' | 'limit'> & Partial<Pick<EventsSpec, 'accounts' | 'consumer'>>,
  clusterIds: readonly string[],
  { organizationId, grants }: Pick<Ctx['principal'], 'organizationId' | 'grants'>,
  window: Pick<Window, 'fromMs' | 'toMs'>,
  bucketMs = bucketOf(window),
): Statement {
  const params = new Params();
  const where = [
    `org_id = ${params.add('UUID', organizationId)}`,
    `cluster_id IN ${params.add('Array(UUID)', clusterIds)}`,
    `time >= ${instant(window.fromMs, params)}`,
    `time < ${instant(window.toMs, params)}`,
    advisoryRights(grants).condition(params),
    spec.accounts === 'own' ? 'own' : accountCondition(grants, params),
    spec.types.length > 0 ? `type IN ${params.add('Array(String)', spec.types)}` : null,
    spec.stream !== null ? `stream = ${params.add('String', spec.stream)}` : null,
    spec.consumer !== undefined && spec.consumer !== null ? `consumer = ${params.add('String', spec.consumer)}` : null,
  ];
  const sql = `SELECT toUnixTimestamp64Milli(max(time)) AS q_last, toUnixTimestamp64Milli(min(time)) AS q_first, count() AS q_times, argMin(id, time) AS q_id, type, severity, argMax(title, time) AS q_title, cluster_id, stream, consumer, server, account
FROM events FINAL
WHERE ${allOf(where)}
GROUP BY intDiv(toUnixTimestamp64Milli(time), ${params.add('Int64', bucketMs)}), type, severity, cluster_id, stream, consumer, server, account, if(type IN ${params.add('Array(String)', ofMessages)}, '', title)
ORDER BY q_last DESC, q_id
LIMIT ${params.add('UInt32', spec.limit)}`;
  return { sql, params: params.values };
}

export function auditStatement(
  spec: Pick<EventsSpec, 'types' | 'limit'>,
  clusterIds: readonly string[] | null,
  organizationId: string,
  window: Pick<Window, 'fromMs' | 'toMs'>,
): Statement {
  const params = new Params();
  const where = [
    `org_id = ${params.add('UUID', organizationId)}`,
    `time >= ${instant(window.fromMs, params)}`,
    `time < ${instant(window.toMs, params)}`,
    clusterIds === null ? null : `cluster_id IN ${params.add('Array(UUID)', clusterIds)}`,
    spec.types.length > 0 ? `action IN ${params.add('Array(String)', spec.types)}` : null,
  ];
  const sql = `SELECT toUnixTimestamp64Milli(toDateTime64(time, 3, 'UTC')) AS q_t, id, action, status, login, resource, cluster_id, error
FROM audit_logs FINAL
WHERE ${allOf(where)}
ORDER BY time DESC
LIMIT ${params.add('UInt32', spec.limit)}`;
  return { sql, params: params.values };
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

/** Advisories of the servers and acts of people, as annotations. */
export async function readEvents(deps: QueryDeps, ctx: Ctx, spec: EventsSpec, window: Window): Promise<Frame[]> {
  const clusters = namedClusters(await visibleClusters(deps.store, ctx), spec.clusters);
  const names = new Map(clusters.map(({ id, settings }) => [id, settings.name]));
  const ids = clusters.map(({ id }) => id);
  const { principal } = ctx;
  const rows: EventRow[] = [];
  if (spec.of.includes('audit')) {
    if (!ctx.decide({ resource: 'audit_logs', action: 'read' }, {}).allowed)
      throw forbidden('You may not read the audit. Ask an administrator for a role with audit_logs:read.');
    const chosen = spec.clusters.length > 0 ? ids : null;
    const found = await deps.ask(auditStatement(spec, chosen, principal.organizationId, window), ctx.signal);
    for (const [t, id, action, status, login, resource, cluster, error] of found.rows)
      rows.push({
        ms: Number(t),
        firstMs: Number(t),
        times: 1,
        id: text(id),
        type: `audit.${text(action)}`,
        severity: status === 'success' ? 'info' : 'warning',
        title: `${text(login) || 'somebody'}: ${text(action)}${resource === null ? '' : ` ${text(resource)}`}`,
        text: `${text(status)}${error === null ? '' : `: ${text(error)}`}`,
        cluster: names.get(text(cluster)) ?? '',
        stream: '',
        consumer: '',
        server: '',
      });
  }
  if (spec.of.includes('advisories') && ids.length > 0) {
    const rights = advisoryRights(principal.grants);
    const found = await deps.ask(advisoriesStatement(spec, ids, principal, window), ctx.signal);
    for (const [last, first, times, id, type, severity, title, cluster, stream, consumer, server] of found.rows) {
      if (!rights.covers(text(cluster), text(stream))) continue;
      rows.push({
        ms: Number(last),
        firstMs: Number(first),
        times: Number(times),
        id: text(id),
        type: text(type),
        severity: text(severity),
        title: text(title),
        text: placeText([stream, consumer, server].map(text), Number(times)),
        cluster: names.get(text(cluster)) ?? '',
        stream: text(stream),
        consumer: text(consumer),
        server: text(server),
      });
    }
  }
  rows.sort((a, b) => b.ms - a.ms);
  return rows.length === 0 ? [] : [eventFrame(rows.slice(0, spec.limit))];
}
