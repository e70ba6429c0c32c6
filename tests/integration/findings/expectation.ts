import { expect } from 'vitest';
import type { Collected, Finding, World } from './world';

export type Subject = Partial<Omit<Finding['subject'], 'kind'>> & Pick<Finding['subject'], 'kind'>;

/**
 * Since when: `before`, the collection before it was provoked, at which all was well; `first`, the first collection
 * after it; `around`, between these two, since servers tell of themselves unasked too; a time that the server itself
 * tells; between two times, where nobody knows exactly when a server saw it; or nothing said.
 */
export type Since = 'before' | 'first' | 'around' | { readonly atMs: number } | Collected | null;

/** What a finding has to say; figures are taken from the server's own answers, after the last collection. */
export interface Expected {
  readonly severity: Finding['severity'];
  readonly subject: Subject;
  readonly title?: string | RegExp;
  readonly evidence: string | RegExp;
  readonly since: Since;
  readonly cure: RegExp;
}

const fields = ['stream', 'consumer', 'server', 'account'] as const;
export const subjectOf = (subject: Subject): string =>
  [subject.kind, ...fields.map((field) => subject[field] ?? '-')].join(' ');
export const nameOf = (finding: Finding): string => `${finding.rule} ${subjectOf(finding.subject)}`;

/** The one finding of a rule about a subject. */
export function theOne(found: readonly Finding[], rule: string, subject: Subject): Finding {
  const matching = found.filter((finding) => nameOf(finding) === `${rule} ${subjectOf(subject)}`);
  expect(matching, `${rule} ${subjectOf(subject)} among:\n${found.map(nameOf).join('\n')}`).toHaveLength(1);
  return matching[0] as Finding;
}

function timesOf(world: World, since: Exclude<Since, null>, bounds: Bounds): Collected {
  if (since === 'around')
    return { fromMs: collectionAt(world, bounds.before).fromMs, toMs: collectionAt(world, bounds.first).toMs };
  if (typeof since !== 'object') return collectionAt(world, bounds[since]);
  return 'atMs' in since ? { fromMs: since.atMs, toMs: since.atMs } : since;
}

function expectText(text: string, expected: string | RegExp): void {
  if (typeof expected === 'string') expect(text).toBe(expected);
  else expect(text).toMatch(expected);
}

/** The rule has found it, and says what it has to say. */
export function expectFinding(
  world: World,
  found: readonly Finding[],
  rule: string,
  expected: Expected,
  bounds: Bounds,
): void {
  const finding = theOne(found, rule, expected.subject);
  const { severity, title, evidence, cure, since } = expected;
  expect(finding.severity).toBe(severity);
  expectText(finding.title, title ?? /./);
  expectText(finding.evidence, evidence);
  expectText(finding.cure, cure);
  expect(finding.cluster).toMatchObject({ id: world.clusterId, name: 'watched' });
  if (since === null) expect(finding.since).toBeNull();
  else {
    const { fromMs, toMs } = timesOf(world, since, bounds);
    const at = Date.parse(finding.since ?? '');
    expect(at).toBeGreaterThanOrEqual(Math.floor(fromMs) - 1);
    expect(at).toBeLessThanOrEqual(Math.ceil(toMs) + 1);
  }
  world.proven.add(rule);
}

/** @param first the collection that saw it first: the newest, where nothing else is said */
export async function expectFound(
  world: World,
  rule: string,
  expected: Expected,
  first = world.collections.length - 1,
): Promise<void> {
  expectFinding(world, await world.find(), rule, expected, { before: first - 1, first });
}
export async function expectGone(world: World, ...rules: readonly string[]): Promise<void> {
  const left = (await world.find()).map(({ rule }) => rule);
  expect(left.filter((rule) => rules.includes(rule))).toEqual([]);
}

/** Which collection was the last without, and which the first with what is wrong. */
export interface Bounds {
  readonly before: number;
  readonly first: number;
}
const collectionAt = (world: World, i: number) => {
  const at = world.collections[i];
  if (!at) throw new Error(`There was no collection ${i}`);
  return at;
};
