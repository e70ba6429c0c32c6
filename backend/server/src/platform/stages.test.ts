import { expect, it } from 'vitest';
import { makeStages } from './stages';

it('adds up each stage, failures included, and shows them as Server-Timing', async () => {
  let at = 0;
  const stages = makeStages(() => at);
  const work = (ms: number) => () => {
    at += ms;
    return ms;
  };
  expect(await stages.time('access', work(0.5))).toBe(0.5);
  await stages.time('audit', work(0.25));
  const failing = stages.time('act', async () => {
    at += 2;
    throw new Error('refused');
  });
  await expect(failing).rejects.toThrow('refused');
  await stages.time('audit', work(0.5));
  expect(stages.show()).toBe('access;dur=0.50, audit;dur=0.75, act;dur=2.00');
});
