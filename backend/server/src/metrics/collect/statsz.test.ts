import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Moment } from '../sample/increase';
import { jszHead } from '../sample/readers';
import { readStatsz, seenByMeta } from './statsz';

const at: Moment = { wallMs: 1_800_000_000_000, steadyMs: 5, clock: 'a' };
const recorded = path.join(import.meta.dirname, '../sample/recorded');
const versions = readdirSync(recorded).flatMap((file) => /^statsz-(.*)\.json$/.exec(file)?.[1] ?? []);
const reply = z.object({ server: z.looseObject({}), statsz: z.looseObject({}) });
const replyOf = (version: string) =>
  reply.parse(JSON.parse(readFileSync(path.join(recorded, `statsz-${version}.json`), 'utf8')));

describe.each(versions)('STATSZ of %s', (version) => {
  const told = replyOf(version);
  const seen = readStatsz(told, at);

  it('says who it is, what it uses and what it may use', () => {
    expect(seen).toMatchObject({ name: 'recorded', jetstream: true, at, figures: { version, metaLeader: null } });
    const { gauges, started } = seen?.figures ?? {};
    expect(started).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
    expect(gauges).toMatchObject({
      cores: 2,
      js_memory: 0,
      js_memory_max: 64 * 1024 * 1024,
      js_storage_max: 2 * 1024 ** 3,
      js_storage_reserved: 1_000_000,
      ha_assets: 0,
      api_inflight: 0,
      routes: 0,
      gateways: 0,
    });
    expect(gauges?.memory).toBeGreaterThan(1_000_000);
    expect(gauges?.js_storage).toBeGreaterThan(0);
  });

  it('counts what only grows', () => {
    const [slow, inMessages, outMessages, inBytes, outBytes, requests, errors] = seen?.figures.counters ?? [];
    expect([slow, errors]).toEqual([0, 0]);
    for (const value of [inMessages, outMessages, inBytes, outBytes, requests]) expect(value).toBeGreaterThan(0);
  });

  it('without JetStream has none, and says nothing of it rather than zero', () => {
    const { jetstream: _, ...plain } = told.statsz;
    const none = readStatsz({ ...told, statsz: plain }, at);
    expect(none).toMatchObject({ jetstream: false, figures: { jetstream: false, metaPending: null } });
    expect(none?.figures.gauges).toMatchObject({ js_storage: null, js_storage_max: null, ha_assets: null });
    expect(none?.figures.counters.slice(5)).toEqual([null, null]);
  });

  it('with fields missing or of a wrong type is unknown there alone', () => {
    const odd = readStatsz({ ...told, statsz: { ...told.statsz, cpu: 'much', mem: undefined, routes: 7 } }, at);
    expect(odd?.figures.gauges).toMatchObject({ cpu: null, memory: null, routes: 0, cores: 2 });
  });

  it.each([[null], ['text'], [[]], [{}], [{ server: told.server }], [{ server: {}, statsz: told.statsz }]])(
    'what is no STATSZ is none: %j',
    (value) => expect(readStatsz(value, at)).toBeNull(),
  );
});

describe('a server as the leader of the meta group sees it', () => {
  const figures = readStatsz(replyOf(versions[0] ?? ''), at)?.figures;
  const meta = (leader: string) =>
    jszHead({
      meta_cluster: { leader, cluster_size: 2, replicas: [{ name: 'n2', current: false, lag: 7, active: 11e9 }] },
    }).meta;
  it('leads, follows, or is not known to it', () => {
    if (!figures) throw new Error('There is no recorded answer');
    expect(seenByMeta(figures, 'n1', meta('n1'))).toMatchObject({ metaLeader: true, metaCurrent: true, metaLag: 0 });
    expect(seenByMeta(figures, 'n2', meta('n1'))).toMatchObject({
      metaLeader: false,
      metaCurrent: false,
      metaOffline: true,
      metaLag: 7,
    });
    expect(seenByMeta(figures, 'n3', meta('n1'))).toBe(figures);
    expect(seenByMeta(figures, 'n1', meta(''))).toBe(figures);
    expect(seenByMeta(figures, 'n1', null)).toBe(figures);
  });
});
