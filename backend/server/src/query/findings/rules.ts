import { clusterRules } from './cluster';
import { consumerRules } from './consumers';
import { serverRules } from './servers';
import { streamRules } from './streams';
import type { Finding, Rule, Severity, World } from './world';

export const rules: readonly Rule[] = [...clusterRules, ...serverRules, ...streamRules, ...consumerRules];

export interface Found extends Finding {
  readonly rule: Rule;
  readonly cluster: World['cluster'];
}

const order: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/**
 * All findings of a cluster, worst first. One that cannot be reached is one finding: nothing that its old figures would
 * say is news.
 */
export function findAll(world: World): Found[] {
  const run = (list: readonly Rule[]) =>
    list.flatMap((rule) => rule.find(world).map((finding): Found => ({ ...finding, rule, cluster: world.cluster })));
  const unreachable = run(clusterRules.filter(({ id }) => id === 'cluster_unreachable'));
  const found = unreachable.length > 0 ? unreachable : run(rules);
  return found.sort((a, b) => order[a.severity] - order[b.severity] || (a.title < b.title ? -1 : 1));
}

/** The same finding has the same id as long as it lasts. */
export const idOf = ({ rule, cluster, subject }: Found): string =>
  [rule.id, cluster.id, subject.account, subject.stream, subject.consumer, subject.server]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => encodeURIComponent(part ?? ''))
    .join('/');
