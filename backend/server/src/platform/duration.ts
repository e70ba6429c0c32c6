const units: Readonly<Record<string, number>> = {
  y: 365 * 86_400,
  d: 86_400,
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  µs: 1e-6,
  us: 1e-6,
  ns: 1e-9,
};
const part = /(\d+(?:\.\d+)?)(ms|µs|us|ns|y|d|h|m|s)/g;

/** Seconds of what a server prints: Go's `1m2.5s`, and `1y2d3h` of its monitoring. @returns null for anything else */
export function secondsOf(text: string | undefined): number | null {
  if (text === undefined || text.replace(part, '') !== '' || text === '') return null;
  return [...text.matchAll(part)].reduce((sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ''] ?? 0), 0);
}
