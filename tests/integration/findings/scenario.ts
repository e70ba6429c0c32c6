import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding, World } from './world';

export type Subject = Partial<Omit<Finding['subject'], 'kind'>> & Pick<Finding['subject'], 'kind'>;

/**
 * Since when: `before`, the collection before it was provoked, at which all was well; `first`, the first collection
 * after it; a time that the server itself tells; or nothing said.
 */
export type Since = 'before' | 'first' | { readonly atMs: number } | null;

/** What a finding has to say; figures are taken from the server's own answers, after the last collection. */
export interface Expected {
  readonly severity: Finding['severity'];
  readonly subject: Subject;
  readonly title?: string;
  readonly evidence: string | RegExp;
  readonly since: Since;
  readonly cure: RegExp;
}

/** One thing that goes wrong on a real server, and is put right again. */
export interface Scenario {
  /** the rule that finds it */
  readonly rule: string;
  /** rules that rightly find something of the same subject too */
  readonly also?: readonly string[];
  /** what is there while all is still well */
  readonly prepare?: (world: World) => Promise<void>;
  readonly provoke: (world: World) => Promise<void>;
  /** what goes on between two collections, a few minutes apart by the console's clock */
  readonly between?: (world: World) => Promise<void>;
  readonly expected: (world: World) => Promise<Expected>;
  readonly cure: (world: World) => Promise<void>;
}

const fields = ['stream', 'consumer', 'server', 'account'] as const;
export const subjectOf = (subject: Subject): string =>
  [subject.kind, ...fields.map((field) => subject[field] ?? '-')].join(' ');
const nameOf = (finding: Finding): string => `${finding.rule} ${subjectOf(finding.subject)}`;

/** The one finding of a rule about a subject. */
export function theOne(found: readonly Finding[], rule: string, subject: Subject): Finding {
  const matching = found.filter((finding) => nameOf(finding) === `${rule} ${subjectOf(subject)}`);
  expect(matching, `${rule} ${subjectOf(subject)} among:\n${found.map(nameOf).join('\n')}`).toHaveLength(1);
  return matching[0] as Finding;
}

export function expectFinding(
  found: readonly Finding[],
  rule: string,
  expected: Expected,
  world: World,
  bounds: Bounds,
) {
  const finding = theOne(found, rule, expected.subject);
  const { severity, evidence, cure, since } = expected;
  expect(finding.severity).toBe(severity);
  if (expected.title !== undefined) expect(finding.title).toBe(expected.title);
  if (typeof evidence === 'string') expect(finding.evidence).toBe(evidence);
  else expect(finding.evidence).toMatch(evidence);
  expect(finding.cure).toMatch(cure);
  expect(finding.cluster).toMatchObject({ id: world.clusterId, name: 'watched' });
  if (since === null) {
    expect(finding.since).toBeNull();
    return;
  }
  const { fromMs, toMs } =
    typeof since === 'object' ? { fromMs: since.atMs, toMs: since.atMs } : collectionAt(world, bounds[since]);
  const at = Date.parse(finding.since ?? '');
  expect(at).toBeGreaterThanOrEqual(Math.floor(fromMs) - 1);
  expect(at).toBeLessThanOrEqual(Math.ceil(toMs) + 1);
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

/** Longer than the window that rules look at, so that nothing from before it is left in it. */
const windowMs = 11 * 60_000;
const stepMs = 150_000;
const hourMs = 61 * 60_000;

/** Collects over the whole window of the rules, a few minutes apart. */
async function throughWindow(world: World, between: () => Promise<void>): Promise<void> {
  await world.collect();
  for (let ms = 0; ms < windowMs; ms += stepMs) {
    await between();
    world.pass(stepMs);
    await world.collect();
  }
}

const each = async (list: readonly Scenario[], work: (scenario: Scenario) => Promise<void> | undefined) => {
  for (const scenario of list) await work(scenario);
};

/**
 * All of these side by side in one system: they are found while they are there, each with its own figures and nothing
 * besides them, and not any more when they are put right.
 */
export function describeScenarios(title: string, scenarios: readonly Scenario[], open: () => Promise<World>): void {
  describe(title, () => {
    let world: World;
    let found: Finding[];
    let expected: Map<Scenario, Expected>;
    let bounds: Bounds;
    beforeAll(async () => {
      world = await open();
      await each(scenarios, (scenario) => scenario.prepare?.(world));
      // From here on the console's time is the server's, and what is collected now is too old for any forecast.
      world.pass(-hourMs);
      await world.collect();
      world.pass(hourMs);
      const first = world.collections.length;
      bounds = { before: first - 1, first };
      await each(scenarios, (scenario) => scenario.provoke(world));
      await throughWindow(world, () => each(scenarios, (scenario) => scenario.between?.(world)));
      found = await world.find();
      expected = new Map();
      for (const scenario of scenarios) expected.set(scenario, await scenario.expected(world));
    }, 240_000);
    afterAll(async () => {
      await world?.close();
    });

    it.each(scenarios.map((scenario) => [scenario.rule, scenario] as const))('%s is found', (rule, scenario) => {
      const wanted = expected.get(scenario);
      if (!wanted) throw new Error(`${rule} was not asked what it expects`);
      expectFinding(found, rule, wanted, world, bounds);
    });

    it('nothing else is found', () => {
      const names = [...expected].flatMap(([{ rule, also = [] }, { subject }]) =>
        [rule, ...also].map((name) => `${name} ${subjectOf(subject)}`),
      );
      expect(found.map(nameOf).sort()).toEqual(names.sort());
    });

    it('no two findings have one id', () => {
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    });

    it('all of it is gone when it is put right', async () => {
      await each(scenarios, (scenario) => scenario.cure(world));
      // Advisories are told of for an hour.
      world.pass(hourMs);
      await throughWindow(world, async () => undefined);
      expect((await world.find()).map(nameOf)).toEqual([]);
    }, 120_000);
  });
}
