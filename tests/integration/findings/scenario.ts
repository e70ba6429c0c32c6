import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectFinding, nameOf, subjectOf, type Bounds, type Expected } from './expectation';
import type { Finding, World } from './world';

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

/** Longer than the window that rules look at, so that nothing from before it is left in it. */
export const windowMs = 11 * 60_000;
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
      expectFinding(world, found, rule, wanted, bounds);
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
