import { matchesName, type Grant, type Permission } from '@jetstream-console/contract';
import { likeOf, type Params } from './params';

/**
 * What a principal may read of a resource whose members have a cluster and a name, told from the grants alone: the set
 * form of `decide`, for conditions that a database applies.
 */
export interface NameScope {
  readonly everything: boolean;
  readonly clusters: ReadonlySet<string>;
  readonly patterns: readonly { readonly cluster: string; readonly pattern: string }[];
}

/** Follows `decide` for reading streams and consumers: a subject pattern does not narrow what has no subject. */
export function nameScope(grants: readonly Grant[], permission: Permission): NameScope {
  const clusters = new Set<string>();
  const patterns: { cluster: string; pattern: string }[] = [];
  let everything = false;
  for (const { resource, action, scope } of grants) {
    if (resource !== permission.resource || action !== permission.action) continue;
    if (scope.kind === 'organization') everything = true;
    if (scope.kind !== 'cluster') continue;
    if (scope.namePattern === undefined) clusters.add(scope.clusterId);
    else patterns.push({ cluster: scope.clusterId, pattern: scope.namePattern });
  }
  return { everything, clusters, patterns: patterns.filter(({ cluster }) => !clusters.has(cluster)) };
}

/** What is about a cluster as a whole asks for a grant on the whole of it: one on some names shows that it is there. */
export function wholeClusters(grants: readonly Grant[], permission: Permission): NameScope {
  const whole = grants.filter(
    ({ scope }) =>
      scope.kind === 'organization' ||
      (scope.kind === 'cluster' && scope.namePattern === undefined && scope.subjectPattern === undefined),
  );
  return nameScope(whole, permission);
}

/** What both cover, of scopes that name whole clusters alone. */
export function bothClusters(a: NameScope, b: NameScope): NameScope {
  if (a.everything) return b;
  if (b.everything) return a;
  return { everything: false, clusters: new Set([...a.clusters].filter((id) => b.clusters.has(id))), patterns: [] };
}

export const isEmpty = ({ everything, clusters, patterns }: NameScope): boolean =>
  !everything && clusters.size === 0 && patterns.length === 0;

export const coversName = (scope: NameScope, cluster: string, name: string): boolean =>
  scope.everything ||
  scope.clusters.has(cluster) ||
  scope.patterns.some((entry) => entry.cluster === cluster && matchesName(entry.pattern, name));

/** The scope as a condition over `cluster_id` and a name column; null where it does not narrow anything. */
export function scopeCondition(scope: NameScope, nameColumn: string, params: Params): string | null {
  if (scope.everything) return null;
  const parts = [
    ...(scope.clusters.size > 0 ? [`cluster_id IN ${params.add('Array(UUID)', [...scope.clusters])}`] : []),
    ...scope.patterns.map(
      ({ cluster, pattern }) =>
        `(cluster_id = ${params.add('UUID', cluster)} AND ${nameColumn} LIKE ${params.add('String', likeOf(pattern))})`,
    ),
  ];
  return parts.length === 0 ? '0' : `(${parts.join(' OR ')})`;
}

/** Rows of accounts besides the cluster's own need `accounts:read` there. */
export function accountCondition(grants: readonly Grant[], params: Params): string | null {
  const scope = wholeClusters(grants, { resource: 'accounts', action: 'read' });
  if (scope.everything) return null;
  return scope.clusters.size === 0 ? 'own' : `(own OR cluster_id IN ${params.add('Array(UUID)', [...scope.clusters])})`;
}
