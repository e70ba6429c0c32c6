import { routes, type BodyIn, type Routes } from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { makePerson } from '../setup/people';
import { eventually } from '../setup/wait';
import { levels, startManageWorld, versions, type ManageWorld } from './world';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
});

describe.each(versions)('NATS %s', (version) => {
  const level = levels[version];
  let world: ManageWorld;
  beforeAll(async () => {
    world = await startManageWorld(version, api);
    await world.ask('STREAM.CREATE.S', { name: 'S', subjects: ['s.*'], allow_direct: true });
    const js = jetstream(world.nc);
    for (let i = 1; i <= 20; i++) await js.publish(`s.${i % 2}`, String(i));
  });
  afterAll(async () => {
    await world?.stop();
  });
  const stream = () => ({ params: { clusterId: world.clusterId, stream: 'S' } });
  const at = (consumer: string) => ({ params: { clusterId: world.clusterId, stream: 'S', consumer } });
  const create = (config: BodyIn<Routes['createConsumer']>['config'], who = api.admin) =>
    api.get(routes.createConsumer, { ...stream(), body: { config } }, who);
  const durable = (name: string, rest: Record<string, unknown> = {}) =>
    create({ name, durable_name: name, ack_policy: 'explicit', ...rest });
  const raw = async (name: string) => (await world.ask(`CONSUMER.INFO.S.${name}`)).config;
  const lastAudit = async (action: string) =>
    (await api.get(routes.listAudit, { query: { action } }, api.admin)).items[0];

  it('makes, changes and deletes a pull consumer, each with before and after in the audit', async () => {
    const made = await durable('pull', { filter_subjects: ['s.0', 's.1'], max_batch: 10, metadata: { a: 'b' } });
    expect(made).toMatchObject({ ignored: [], adjusted: [] });
    const before = (await raw('pull')) ?? {};
    const body = { basedOn: made.hash, change: { max_ack_pending: 5 } };
    const changed = await api.get(routes.updateConsumer, { ...at('pull'), body }, api.admin);
    expect(changed.diff).toEqual([{ field: 'max_ack_pending', before: 1000, after: 5 }]);
    expect(await raw('pull')).toEqual({ ...before, max_ack_pending: 5 });
    expect(await lastAudit('consumer.update')).toMatchObject({
      status: 'success',
      resource: 'stream=S consumer=pull',
      changes: { before: { max_ack_pending: 1000 }, after: { max_ack_pending: 5 } },
    });
    expect(await api.refused(routes.updateConsumer, { ...at('pull'), body }, api.admin)).toMatchObject({
      status: 409,
      conflict: { current: { max_ack_pending: 5 } },
    });
    expect(
      await api.refused(routes.deleteConsumer, { ...at('pull'), body: { confirm: 'S' } }, api.admin),
    ).toMatchObject({ status: 400, code: 'not_confirmed' });
    await api.get(routes.deleteConsumer, { ...at('pull'), body: { confirm: 'pull' } }, api.admin);
    expect(await raw('pull')).toBeUndefined();
    expect(await lastAudit('consumer.delete')).toMatchObject({ changes: { before: { name: 'pull' }, after: null } });
  });

  it('lets nobody send messages elsewhere who may not read them', async () => {
    const name = `no-payload-${version.replaceAll('.', '-')}`;
    const permissions = (['create', 'update', 'read'] as const).map((action) => ({
      resource: 'consumers' as const,
      action,
    }));
    await api.get(routes.createRole, { body: { name, permissions } }, api.admin);
    const { token } = await makePerson(api, name);
    const config = { name: 'leak', durable_name: 'leak', deliver_subject: 'out' };
    expect(await api.refused(routes.createConsumer, { ...stream(), body: { config } }, token)).toMatchObject({
      status: 403,
    });
    expect(await raw('leak')).toBeUndefined();
    const { name: pulled, durable_name } = config;
    expect((await create({ name: pulled, durable_name }, token)).config['name']).toBe('leak');
  });

  it('moves a deliver subject while nobody listens, and says so while somebody does', async () => {
    const { hash } = await durable('push', { deliver_subject: 'push.here' });
    const heard = world.nc.subscribe('push.here');
    await world.nc.flush();
    await eventually(async () => {
      const { fixed } = await api.get(routes.getConsumerConfig, at('push'), api.admin);
      const body = { change: { deliver_subject: 'push.there' } };
      const plan = await api.get(routes.planConsumerUpdate, { ...at('push'), body }, api.admin);
      return fixed.length > 0 && plan.refusals.some(({ field }) => field === 'deliver_subject');
    });
    heard.unsubscribe();
    const body = { basedOn: hash, change: { deliver_subject: 'push.there' } };
    await eventually(
      async () => (await api.ask(routes.updateConsumer, { ...at('push'), body }, api.admin)).status === 200,
    );
    expect((await raw('push'))?.['deliver_subject']).toBe('push.there');
  });

  it('pauses until a time and resumes, where the server can', async () => {
    await durable('paused');
    const until = '2101-01-01T00:00:00Z';
    const past = { until: '2001-01-01T00:00:00Z' };
    expect(await api.refused(routes.pauseConsumer, { ...at('paused'), body: past }, api.admin)).toMatchObject({
      status: 400,
    });
    if (level < 1)
      expect(await api.refused(routes.pauseConsumer, { ...at('paused'), body: { until } }, api.admin)).toMatchObject({
        status: 422,
        code: 'server_too_old',
      });
    else {
      expect(await api.get(routes.pauseConsumer, { ...at('paused'), body: { until } }, api.admin)).toEqual({
        paused: true,
        until,
      });
      const { row } = await api.get(routes.getConsumer, at('paused'), api.admin);
      expect(row.paused).toBe(true);
      expect(await api.get(routes.resumeConsumer, at('paused'), api.admin)).toEqual({ paused: false, until: null });
    }
  });

  it.each<[string, BodyIn<Routes['planReset']>, filter: string | null]>([
    ['its ack floor', { to: 'ack_floor' }, null],
    ['a sequence back', { to: 'sequence', seq: 3 }, null],
    ['a sequence back, filtered', { to: 'sequence', seq: 3 }, 's.0'],
    ['a sequence ahead', { to: 'sequence', seq: 18 }, null],
    ['a time before all', { to: 'time', time: '2001-01-01T00:00:00Z' }, null],
    ['a time to come', { to: 'time', time: '2101-01-01T00:00:00Z' }, null],
  ])('tells what a reset does, and does that: %s', async (_, target, filter) => {
    const name = `reset-${target.to}-${'seq' in target ? target.seq : 'time' in target ? target.time.slice(0, 4) : ''}-${filter === null ? '' : 'f'}`;
    await durable(name, filter === null ? {} : { filter_subject: filter });
    const consumer = await jetstream(world.nc).consumers.get('S', name);
    const messages = await consumer.fetch({ max_messages: 6, expires: 2000 });
    let taken = 0;
    for await (const message of messages) if (++taken <= 4) await message.ackAck();
    const before = (await world.jsm.consumers.info('S', name)).num_pending;
    const plan = await api.get(routes.planReset, { ...at(name), body: target }, api.admin);
    const body = { target, confirm: name };
    if (level < 4) {
      expect(plan.refusals).toHaveLength(1);
      expect(await api.refused(routes.resetConsumer, { ...at(name), body }, api.admin)).toMatchObject({
        status: 422,
        code: 'reset_refused',
      });
      return;
    }
    expect(plan.refusals).toEqual([]);
    expect((await api.get(routes.resetConsumer, { ...at(name), body }, api.admin)).seq).toBe(plan.seq);
    const after = (await world.jsm.consumers.info('S', name)).num_pending;
    expect(plan.waiting).toBe(level >= 1 ? after : null);
    expect((plan.redelivers ?? 0) - (plan.skips ?? 0)).toBe(after - before);
    expect(await lastAudit('consumer.reset')).toMatchObject({
      status: 'success',
      changes: { after: { seq: plan.seq } },
    });
  });

  it('refuses a reset that the server would refuse', async () => {
    await durable('from-new', { deliver_policy: 'new' });
    await durable('from-five', { deliver_policy: 'by_start_sequence', opt_start_seq: 5 });
    for (const name of ['from-new', 'from-five']) {
      const target = { to: 'sequence', seq: 2 } as const;
      const plan = await api.get(routes.planReset, { ...at(name), body: target }, api.admin);
      expect(plan.refusals).toHaveLength(1);
      const answer = await world.ask(`CONSUMER.RESET.S.${name}`, { seq: 2 }).then(
        ({ error }) => error !== undefined,
        () => 'no such request on this server',
      );
      expect(answer).toBe(level < 4 ? 'no such request on this server' : true);
    }
  });

  it('unpins a client of a group that pins', async () => {
    await durable('plain');
    const body = { group: 'A' };
    const refused = await api.refused(routes.unpinConsumer, { ...at('plain'), body }, api.admin);
    expect(refused.code).toBe(level < 1 ? 'server_too_old' : 'not_pinned');
    if (level < 1) return;
    await durable('pinned', { priority_policy: 'pinned_client', priority_groups: ['A'], priority_timeout: 60e9 });
    expect(await api.get(routes.unpinConsumer, { ...at('pinned'), body }, api.admin)).toEqual({ done: true });
    expect(await api.refused(routes.unpinConsumer, { ...at('pinned'), body: { group: 'B' } }, api.admin)).toMatchObject(
      { code: 'not_pinned' },
    );
  });
});
