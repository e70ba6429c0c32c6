import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Clock } from '../../../backend/server/src/metrics/collect/clock';
import { makeTables, openPipeline, recordOf, type Pipeline, type Tables } from './pipeline';
import { openShop, type Shop } from './shop';

const hour = 3_600_000;
const step = 15_000;
const perStep = 30;

let shop: Shop;
let pipeline: Pipeline;
let tables: Tables;
beforeAll(async () => {
  [shop, pipeline, tables] = await Promise.all([openShop(), openPipeline(), makeTables()]);
});
afterAll(async () => {
  await shop?.stop();
  await pipeline?.close();
  await tables?.drop();
});

/** The wall's clock is set, and what lies between two samples is not: as when a machine's time is corrected. */
function jumpingClock(process = randomUUID()) {
  let [wallMs, steadyMs] = [Date.now(), 0];
  const clock: Clock = { now: () => ({ wallMs, steadyMs, clock: process }) };
  return {
    clock,
    pass: (ms: number) => {
      wallMs += ms;
      steadyMs += ms;
    },
    jump: (ms: number) => {
      wallMs += ms;
    },
  };
}

interface Sample {
  published: number;
  elapsed_ms: number;
  reset: string;
}
const samplesOf = async (id: string) => {
  await pipeline.drain(tables.clickhouse);
  return tables.rows<Sample>(
    `SELECT published, elapsed_ms, reset FROM stream_metrics WHERE cluster_id = '${id}' ORDER BY last_seq, time`,
  );
};

describe.each([
  ['forward', hour],
  ['back', -hour],
])('the clock of the collector jumps an hour %s', (_, jump) => {
  it('and every increase stays over the time that really passed', async () => {
    const record = recordOf();
    const { clock, pass, jump: set } = jumpingClock();
    const collector = pipeline.collector({ record, links: shop.links, clock });
    for (let n = 0; n < 4; n++) {
      expect(await collector.turn()).toMatchObject({ ok: true, lost: 0 });
      await shop.publish(perStep);
      pass(step);
      if (n === 1) set(jump);
    }
    const [first, ...rest] = await samplesOf(record.id);
    expect(first).toMatchObject({ published: 0, elapsed_ms: 0, reset: 'first' });
    expect(rest).toEqual(rest.map(() => ({ published: perStep, elapsed_ms: step, reset: '' })));
    expect(rest).toHaveLength(3);
  });

  it('and between two workers no rate is negative or made of no time', async () => {
    const record = recordOf();
    const before = jumpingClock();
    const one = pipeline.collector({ record, links: shop.links, clock: before.clock });
    expect(await one.turn()).toMatchObject({ ok: true });
    await one.close();
    await shop.publish(perStep);
    // Another process, whose wall stands an hour away: its steady clock cannot tell how long it was.
    const after = jumpingClock();
    after.jump(jump);
    const two = pipeline.collector({ record, links: shop.links, clock: after.clock });
    for (let n = 0; n < 2; n++) {
      expect(await two.turn()).toMatchObject({ ok: true });
      await shop.publish(perStep);
      after.pass(step);
    }
    const samples = await samplesOf(record.id);
    for (const { published, elapsed_ms } of samples) {
      expect(Math.min(published, elapsed_ms)).toBeGreaterThanOrEqual(0);
      // An increase that no time is known for would be a rate without end.
      if (published > 0) expect(elapsed_ms).toBeGreaterThan(0);
    }
    expect(samples.at(-1)).toEqual({ published: perStep, elapsed_ms: step, reset: '' });
  });
});
