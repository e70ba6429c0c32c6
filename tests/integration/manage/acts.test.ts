import { routes, type BodyIn, type Routes } from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { levels, startManageWorld, versions, type ManageWorld } from './world';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
});

type Purge = BodyIn<Routes['planPurge']>;

describe.each(versions)('NATS %s', (version) => {
  let world: ManageWorld;
  let made = 0;
  beforeAll(async () => {
    world = await startManageWorld(version, api);
  });
  afterAll(async () => {
    await world?.stop();
  });
  const at = (stream: string) => ({ params: { clusterId: world.clusterId, stream } });
  /** 30 messages over three subjects, with holes at 5 to 9. */
  const filled = async (config: Record<string, unknown> = {}) => {
    const name = `F${++made}`;
    await world.ask(`STREAM.CREATE.${name}`, { name, subjects: [`${name}.*`], ...config });
    const js = jetstream(world.nc);
    for (let i = 0; i < 30; i++) await js.publish(`${name}.${i % 3}`, String(i));
    for (let seq = 5; seq < 10; seq++) await world.jsm.streams.deleteMessage(name, seq);
    return name;
  };
  const state = async (stream: string) => (await world.jsm.streams.info(stream)).state;

  it.each<[string, (name: string) => Purge, direct: boolean]>([
    ['all', () => ({}), false],
    ['a subject', (name) => ({ subject: `${name}.1` }), false],
    ['subjects by a wildcard', (name) => ({ subject: `${name}.*` }), false],
    ['all but the newest', () => ({ keep: 7 }), false],
    ['all but more than there are', () => ({ keep: 1000 }), false],
    ['a subject but its newest', (name) => ({ subject: `${name}.2`, keep: 3 }), false],
    ['before a sequence', () => ({ seq: 12 }), false],
    ['before a sequence, read directly', () => ({ seq: 12 }), true],
    ['the first', () => ({ seq: 2 }), true],
    ['beyond the last', () => ({ seq: 1000 }), true],
    ['a subject before a sequence', (name) => ({ subject: `${name}.0`, seq: 17 }), true],
  ])('counts what a purge removes, and removes that: %s', async (_, purgeOf, direct) => {
    const stream = await filled({ allow_direct: direct });
    const purge = purgeOf(stream);
    const before = await state(stream);
    const plan = await api.get(routes.planPurge, { ...at(stream), body: purge }, api.admin);
    expect(await state(stream)).toEqual(before);
    const body = { ...purge, confirm: stream };
    const { purged } = await api.get(routes.purgeStream, { ...at(stream), body }, api.admin);
    expect((await state(stream)).messages).toBe(before.messages - purged);
    // Before 2.11 nothing counts a subject's messages from a sequence on.
    const uncountable = purge.subject !== undefined && purge.seq !== undefined && levels[version] < 1;
    expect(plan).toMatchObject({ of: 25, messages: uncountable ? null : purged, refusals: [] });
  });

  it('purges only what was named, typed and allowed', async () => {
    const stream = await filled();
    const refused = (body: Record<string, unknown>) =>
      api.refused(routes.purgeStream, { ...at(stream), body: Object(body) }, api.admin);
    expect(await refused({ confirm: stream.toLowerCase() })).toMatchObject({ status: 400, code: 'not_confirmed' });
    expect(await refused({})).toMatchObject({ status: 400 });
    expect(await refused({ confirm: stream, seq: 3, keep: 3 })).toMatchObject({ status: 400 });
    // Servers up to 2.12 would take it for no bound, and empty the stream.
    expect(await refused({ confirm: stream, seq: 1 })).toMatchObject({ status: 400 });
    expect(await refused({ confirm: stream, subject: 'a b' })).toMatchObject({ status: 400 });
    expect((await state(stream)).messages).toBe(25);
    const locked = await filled({ deny_purge: true });
    const plan = await api.get(routes.planPurge, { ...at(locked), body: {} }, api.admin);
    expect(plan.refusals).toHaveLength(1);
    expect(
      await api.refused(routes.purgeStream, { ...at(locked), body: { confirm: locked } }, api.admin),
    ).toMatchObject({ status: 422 });
    const { items } = await api.get(routes.listAudit, { query: { action: 'stream.purge' } }, api.admin);
    expect(items[0]).toMatchObject({ status: 'failure', changes: { before: { messages: 25 } } });
  });

  it('seals for good', async () => {
    const stream = await filled();
    const body = { confirm: stream };
    expect(await api.get(routes.sealStream, { ...at(stream), body }, api.admin)).toEqual({
      sealed: true,
      messages: 25,
    });
    await expect(jetstream(world.nc).publish(`${stream}.0`, 'late')).rejects.toThrow();
    const { fixed } = await api.get(routes.getStreamConfig, at(stream), api.admin);
    expect(fixed).toContainEqual({ field: 'sealed', reason: 'a sealed stream stays sealed' });
  });

  it('says that one copy has nobody to hand over to', async () => {
    const stream = await filled();
    expect(await api.refused(routes.stepDownStream, { ...at(stream), body: {} }, api.admin)).toMatchObject({
      status: 422,
      code: 'not_replicated',
    });
  });
});
