export interface Span {
  readonly since: Date;
  readonly until: Date;
}
export interface Coverage {
  readonly since: Date | null;
  readonly until: Date | null;
  readonly now: boolean;
  readonly gaps: { from: Date; to: Date | null }[];
}

/** Whoever listens says so at least every 10 s; after this time nobody is taken to. */
export const silentMs = 45_000;

/** Times in which nobody listened: what is between the spans of all who did, and after the last of them. */
export function coverageOf(spans: readonly Span[], nowMs: number): Coverage {
  const ordered = [...spans].sort((a, b) => a.since.getTime() - b.since.getTime());
  const [first] = ordered;
  if (!first) return { since: null, until: null, now: false, gaps: [] };
  const gaps: { from: Date; to: Date | null }[] = [];
  let { until } = first;
  for (const span of ordered) {
    if (span.since.getTime() > until.getTime()) gaps.push({ from: until, to: span.since });
    if (span.until.getTime() > until.getTime()) until = span.until;
  }
  const now = until.getTime() > nowMs - silentMs;
  if (!now) gaps.push({ from: until, to: null });
  return { since: first.since, until, now, gaps };
}
