import { randomUUID } from 'node:crypto';
import { captureStream, routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { natsVersion } from '../../../scripts/engines/servers';
import { uploadDescriptor } from '../decoders/world';
import { makeOrganization, makePerson } from '../setup/people';
import { eventually } from '../setup/wait';
import { giveUp, makeMail, openLetterWorld, type LetterWorld } from './world';

describe.each(['2.10.26', natsVersion])('dead letters of a server %s', (version) => {
  let world: LetterWorld;
  beforeAll(async () => {
    world = await openLetterWorld({ version });
  });
  afterAll(() => world?.stop());
  const params = () => ({ clusterId: world.clusterId });
  const summary = () => world.api.get(routes.getDeadLetterSummary, { params: params() }, world.api.admin);

  it('are collected with consumer, sequence, deliveries and reason, once, whoever listens', async () => {
    expect(await summary()).toMatchObject({ groups: [], collecting: { since: null, until: null, now: false } });
    const running = [await world.collect(), await world.collect()];
    await makeMail(world, 'PASSED', 2, {}, 200);
    await giveUp(world, 'PASSED', 2, null);
    await makeMail(world, 'ENDED', 2);
    await giveUp(world, 'ENDED', 2, 'no such address');
    await world.until(4);
    for (const one of running) await one.stop();
    const found = await world.list({ order: 'asc' });
    expect(found.map(({ stream, seq }) => `${stream} ${seq}`).sort()).toEqual([
      'ENDED 1',
      'ENDED 2',
      'PASSED 1',
      'PASSED 2',
    ]);
    for (const letter of found)
      expect(letter).toMatchObject(
        letter.stream === 'PASSED'
          ? { consumer: 'worker', reason: 'max_deliveries', why: null, deliveries: 1, state: 'open', copy: 'none' }
          : { consumer: 'worker', reason: 'terminated', why: 'no such address', deliveries: 1, state: 'open' },
      );
    expect(await summary()).toMatchObject({
      totals: { open: 4, retried: 0, dropped: 0 },
      groups: [
        { stream: 'ENDED', consumer: 'worker', reason: 'terminated', counts: { open: 2 } },
        { stream: 'PASSED', consumer: 'worker', reason: 'max_deliveries', counts: { open: 2 } },
      ],
      collecting: { problem: null, now: true },
    });
  });

  it('are told once where a client ends a message whose deliveries ran out before', async () => {
    const running = await world.collect();
    await makeMail(world, 'TWICE', 1, {}, 200);
    const consumer = await world.js.consumers.get('TWICE', 'worker');
    const message = await consumer.next({ expires: 5000 });
    // A pull makes the server look at what ran out.
    expect(await consumer.next({ expires: 1000 })).toBeNull();
    await world.until(1, { stream: 'TWICE' });
    const heard = world.nc.subscribe('$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.TWICE.>', { max: 1 });
    message?.term('too late');
    for await (const _ of heard) break;
    await running.stop();
    expect(await world.list({ stream: 'TWICE' })).toMatchObject([{ reason: 'max_deliveries', state: 'open' }]);
  });

  it('are all there after a thousand at once', async () => {
    const running = await world.collect();
    await makeMail(world, 'MANY', 1000);
    await giveUp(world, 'MANY', 1000, 'out of paper');
    const found = await world.until(1000, { stream: 'MANY' });
    expect(new Set(found.map(({ seq }) => seq)).size).toBe(1000);
    await running.stop();
  });

  it('that came while nobody listened are missing, and the time is told', async () => {
    await makeMail(world, 'UNHEARD', 1);
    await giveUp(world, 'UNHEARD', 1, 'nobody hears it');
    await world.jsm.consumers.delete('UNHEARD', 'worker');
    const running = await world.collect();
    const { collecting } = await summary();
    expect(await world.list({ stream: 'UNHEARD' })).toEqual([]);
    expect(collecting.now).toBe(true);
    expect(collecting.gaps.at(-1)?.to).not.toBeNull();
    await running.stop();
  });

  it('that came while nobody listened are all there where a stream captures them', async () => {
    const { stream } = await world.api.get(
      routes.startDeadLetterCapture,
      { params: params(), body: {} },
      world.api.admin,
    );
    expect(stream).toBe(captureStream);
    const since = (await summary()).collecting.gaps.length;
    await makeMail(world, 'CAPTURED', 50);
    await giveUp(world, 'CAPTURED', 50, 'the console is down');
    await eventually(async () => (await world.jsm.streams.info(captureStream)).state.messages === 50);
    const running = await world.collect();
    const found = await world.until(50, { stream: 'CAPTURED' });
    expect(found).toHaveLength(50);
    expect((await summary()).collecting).toMatchObject({ captured: true, problem: null });
    expect((await summary()).collecting.gaps.length).toBeLessThanOrEqual(since);

    // Somebody makes it anew: what comes into the new one is read from its beginning.
    const { config } = await world.jsm.streams.info(captureStream);
    await world.jsm.streams.delete(captureStream);
    await eventually(async () => (await summary()).collecting.problem?.includes('was deleted on the cluster'));
    await running.stop();
    await world.jsm.streams.add(config);
    await makeMail(world, 'ANEW', 3);
    await giveUp(world, 'ANEW', 3, 'after it was made anew');
    const again = await world.collect();
    expect(await world.until(3, { stream: 'ANEW' })).toHaveLength(3);
    await eventually(async () => (await summary()).collecting.problem === null);

    const stopped = routes.stopDeadLetterCapture;
    expect(
      await world.api.refused(stopped, { params: params(), body: { confirm: 'no' } }, world.api.admin),
    ).toMatchObject({ status: 400 });
    await world.api.get(stopped, { params: params(), body: { confirm: captureStream } }, world.api.admin);
    expect((await summary()).collecting.captured).toBe(false);
    await expect(world.jsm.streams.info(captureStream)).rejects.toThrow(/not found/);
    await again.stop();
  });
});

describe('who sees dead letters', () => {
  let world: LetterWorld;
  beforeAll(async () => {
    world = await openLetterWorld();
    const running = await world.collect();
    await makeMail(world, 'SECRET', 1);
    await giveUp(world, 'SECRET', 1, 'looked at');
    await world.until(1);
    await running.stop();
  });
  afterAll(() => world?.stop());
  const first = async () => (await world.list())[0]?.id ?? '';

  it('a viewer sees that there are some, and no payload', async () => {
    const viewer = await makePerson(world.api, 'viewer');
    expect(await world.list({}, viewer.token)).toHaveLength(1);
    const params = { clusterId: world.clusterId, letter: await first() };
    expect(await world.api.refused(routes.getDeadLetterMessage, { params }, viewer.token)).toMatchObject({
      status: 403,
    });
    const reader = await makePerson(world.api, 'reader');
    expect(await world.api.get(routes.getDeadLetterMessage, { params }, reader.token)).toMatchObject({
      from: 'stream',
      message: { subject: 'SECRET.out', payload: { text: '{"n":1}' } },
    });
  });

  it('it is read by the type that its subject is bound to', async () => {
    const { id: descriptor } = await uploadDescriptor(world.api, 'orders');
    const body = { subject: 'SECRET.>', descriptor, type: 'orders.v1.Order' };
    const params = { clusterId: world.clusterId };
    await world.api.get(routes.createProtobufBinding, { params, body }, world.api.admin);
    const asked = { params: { ...params, letter: await first() } };
    const { message } = await world.api.get(routes.getDeadLetterMessage, asked, world.api.admin);
    expect(message?.decoded).toMatchObject({
      how: 'bound',
      type: { name: 'orders.v1.Order' },
      note: expect.stringContaining('It is no orders.v1.Order') as unknown,
    });
  });

  it('however many streams they are of', async () => {
    await world.api.database.query(
      `insert into dead_letters (org_id, cluster_id, advisory_id, reason, stream, consumer, seq, at)
       select $1, $2, 'many ' || n, 'terminated', 'MANY' || n, 'worker', 1, now() from generate_series(1, 70000) n`,
      [world.api.organizationId, world.clusterId],
    );
    const { items, total } = await world.api.get(
      routes.listDeadLetters,
      { params: { clusterId: world.clusterId }, query: { limit: 5 } },
      world.api.admin,
    );
    expect(items).toHaveLength(5);
    expect(total).toBe(70_001);
    const { totals, truncated } = await world.api.get(
      routes.getDeadLetterSummary,
      { params: { clusterId: world.clusterId } },
      world.api.admin,
    );
    expect({ totals, truncated }).toEqual({
      totals: { open: 70_001, retrying: 0, retried: 0, dropped: 0 },
      truncated: true,
    });
    const gone = { params: { clusterId: world.clusterId }, body: { reason: 'terminated', as: 'dropped' } } as const;
    expect(await world.api.get(routes.markDeadLetters, gone, world.api.admin)).toEqual({ marked: 70_001 });
    await world.api.database.query(`delete from dead_letters where advisory_id like 'many %'`);
  });

  it('another organization sees nothing, and nobody finds what is not there', async () => {
    const other = await makeOrganization(world.api);
    const params = { clusterId: world.clusterId, letter: await first() };
    for (const [route, given] of [
      [routes.listDeadLetters, { params: { clusterId: world.clusterId } }],
      [routes.getDeadLetterSummary, { params: { clusterId: world.clusterId } }],
      [routes.getDeadLetter, { params }],
      [routes.getDeadLetterMessage, { params }],
    ] as const)
      expect(await world.api.refused(route, given, other.admin.token)).toMatchObject({ status: 404 });
    const nowhere = { clusterId: world.clusterId, letter: randomUUID() };
    expect(await world.api.refused(routes.getDeadLetter, { params: nowhere }, world.api.admin)).toMatchObject({
      status: 404,
    });
  });

  it('a message that is gone is told to be, with the reason', async () => {
    const params = { clusterId: world.clusterId, letter: await first() };
    const read = () => world.api.get(routes.getDeadLetterMessage, { params }, world.api.admin);
    await world.jsm.streams.purge('SECRET');
    expect(await read()).toMatchObject({ from: null, message: null, gone: expect.stringContaining('left the stream') });
    await world.jsm.streams.delete('SECRET');
    expect(await read()).toMatchObject({ message: null, gone: expect.stringContaining('does not exist any more') });
    await makeMail(world, 'SECRET', 1);
    expect((await read()).message).toBeNull();
  });
});
