import type { ResponseOf, Routes } from '@jetstream-console/contract';

export type Overview = ResponseOf<Routes['clusterOverview']>;
export type Finding = Overview['findings'][number];
export type Severity = Finding['severity'];

export const severities: readonly Severity[] = ['critical', 'warning', 'info'];
const rank = (severity: Severity): number => severities.indexOf(severity);
const startOf = ({ since }: Finding): number => (since === null ? 0 : Date.parse(since));

/** All that is found about one thing: what mends the first often mends the others. */
export interface Group {
  readonly key: string;
  readonly worst: Finding;
  readonly others: readonly Finding[];
}

const keyOf = ({ cluster, subject: { kind, account, stream, consumer, server } }: Finding): string =>
  JSON.stringify([cluster.id, kind, account, stream, consumer, server]);

/** Findings by what they are about, the worst first; of equals what began last, since that is news. */
export function grouped(findings: readonly Finding[]): Group[] {
  const groups = new Map<string, Finding[]>();
  const order = [...findings].sort((a, b) => rank(a.severity) - rank(b.severity) || startOf(b) - startOf(a));
  for (const finding of order) groups.set(keyOf(finding), [...(groups.get(keyOf(finding)) ?? []), finding]);
  return [...groups].flatMap(([key, [worst, ...others]]) => (worst ? [{ key, worst, others }] : []));
}

/** Whether somebody is to be told of it: nobody silenced it. */
export const isActive = ({ silenced }: Finding): boolean => silenced === null;

export interface Place {
  readonly clusterId: string;
  readonly stream?: string;
  readonly consumer?: string;
}

/** Whether a finding is about a page's own thing: its consumers are on a stream's page too, its streams on a cluster's. */
export const isAbout = ({ cluster, subject }: Finding, place: Place): boolean =>
  cluster.id === place.clusterId &&
  (place.stream === undefined || (subject.stream === place.stream && subject.account === null)) &&
  (place.consumer === undefined || subject.consumer === place.consumer);

export function counts(findings: readonly Finding[]): Record<Severity, number> {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  return { critical: of('critical'), warning: of('warning'), info: of('info') };
}
