import { overlay, refusalsToMake, refusalsToUpdate, streamRules, type NatsConfig } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { named, untried } from './case';
import { streamsToMake, streamsToUpdate } from './streamCases';
import { levels, startManageWorld, versions, type ManageWorld } from './world';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
});

it('has an attempt for every rule', () => {
  const rules = [...streamRules.config, ...streamRules.update];
  expect(untried(rules, [...streamsToMake, ...streamsToUpdate])).toEqual([]);
});

/** What the console says beforehand is what the server does. */
describe.each(versions)('NATS %s', (version) => {
  const level = levels[version];
  let world: ManageWorld;
  let made = 0;
  beforeAll(async () => {
    world = await startManageWorld(version, api);
    for (const name of ['ORIGIN', 'OTHER']) {
      const subjects = [`${name.toLowerCase()}.>`];
      expect((await world.ask(`STREAM.CREATE.${name}`, { name, subjects })).error).toBeUndefined();
    }
  });
  afterAll(async () => {
    await world?.stop();
  });
  const around = { level, clustered: false, pedantic: level > 0 };
  const pedantic = level > 0 ? { pedantic: true } : {};
  const whole = (give: NatsConfig): NatsConfig => {
    const name = `S${++made}`;
    return overlay({ name, subjects: [`s${made}.>`] }, give);
  };
  const release = async (name: unknown) => {
    await world.ask(`STREAM.DELETE.${String(name)}`);
  };
  it.each(named(streamsToMake))('makes: %s', async (_, { field, reason, give }) => {
    const wanted = whole(give);
    const refusals = refusalsToMake(streamRules, wanted, around);
    const answer = await world.ask(`STREAM.CREATE.${String(wanted['name'])}`, { ...wanted, ...pedantic });
    await release(wanted['name']);
    const beyond = refusals.some((refusal) => refusal.reason.startsWith('needs NATS'));
    // An old server drops what it does not know in silence: there the refusal is the console's own.
    if (!beyond || level >= 2)
      expect(answer.error !== undefined, `${JSON.stringify(answer.error)} against ${JSON.stringify(refusals)}`).toBe(
        refusals.length > 0,
      );
    if (reason === undefined && !beyond) expect(refusals).toEqual([]);
    if (reason !== undefined && refusals.length > 0 && !beyond) expect(refusals).toContainEqual({ field, reason });
  });

  it.each(named(streamsToUpdate))('changes: %s', async (_, { field, base = {}, give }) => {
    const { sealed, ...first } = base;
    const start = whole(first);
    const name = String(start['name']);
    const created = await world.ask(`STREAM.CREATE.${name}`, { ...start, ...pedantic });
    const beyond = refusalsToMake(streamRules, start, around);
    if (beyond.length === 0) {
      expect(created.error).toBeUndefined();
      if (sealed === true) await world.ask(`STREAM.UPDATE.${name}`, { ...created.config, sealed: true });
      const before = (await world.ask(`STREAM.INFO.${name}`)).config ?? {};
      const wanted = overlay(before, give);
      const refusals = refusalsToUpdate(streamRules, before, wanted, around);
      const answer = await world.ask(`STREAM.UPDATE.${name}`, { ...wanted, ...pedantic });
      if (!refusals.some((refusal) => refusal.reason.startsWith('needs NATS')) || level >= 2)
        expect(answer.error !== undefined, `${JSON.stringify(answer.error)} against ${JSON.stringify(refusals)}`).toBe(
          refusals.length > 0,
        );
      for (const refusal of refusals) expect(refusal.field).toBe(field);
    } else expect(beyond.every((refusal) => refusal.reason.startsWith('needs NATS'))).toBe(true);
    await release(name);
  });
});
