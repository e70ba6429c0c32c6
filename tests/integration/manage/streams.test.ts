import { routes, type BodyIn, type Routes } from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { addCluster } from '../setup/clusters';
import { makePerson, makeScopedPerson } from '../setup/people';
import { startManageWorld, type ManageWorld } from './world';

let world: ManageWorld;
beforeAll(async () => {
  world = await startManageWorld();
});
afterAll(async () => {
  await world?.stop();
});
const cluster = () => ({ params: { clusterId: world.clusterId } });
const at = (stream: string) => ({ params: { clusterId: world.clusterId, stream } });
const as = () => world.api.admin;
const create = (config: BodyIn<Routes['createStream']>['config'], who = as()) =>
  world.api.get(routes.createStream, { ...cluster(), body: { config } }, who);
const refusedCreate = (config: BodyIn<Routes['createStream']>['config'], who = as()) =>
  world.api.refused(routes.createStream, { ...cluster(), body: { config } }, who);
const raw = async (stream: string) => (await world.ask(`STREAM.INFO.${stream}`)).config;
const audited = async (action: string) => (await world.api.get(routes.listAudit, { query: { action } }, as())).items[0];

describe('making a stream', () => {
  it('sends every field and says what the server made of it', async () => {
    const config = {
      name: 'MADE',
      subjects: ['made.>'],
      description: 'made here',
      retention: 'interest',
      max_age: 3_600_000_000_000,
      max_msgs: 1000,
      allow_direct: true,
      metadata: { team: 'a' },
      consumer_limits: { max_ack_pending: 50 },
      allow_batched: true,
    } as const;
    const made = await create(config);
    expect(made).toMatchObject({ ignored: [], adjusted: [], config: { ...config, metadata: { team: 'a' } } });
    expect(await raw('MADE')).toMatchObject(config);
    expect(await audited('stream.create')).toMatchObject({
      status: 'success',
      changes: { before: null, after: { name: 'MADE', max_msgs: 1000 } },
    });
  });
  it('names who has the name or the subject already, before anything is sent', async () => {
    await create({ name: 'HOLDER', subjects: ['held.>'] });
    expect(await refusedCreate({ name: 'HOLDER', subjects: ['other'] })).toMatchObject({
      status: 422,
      errors: [{ field: 'body.config.name', message: 'there is a stream HOLDER already' }],
    });
    const plan = await world.api.get(
      routes.planStream,
      { ...cluster(), body: { config: { name: 'TAKER', subjects: ['held.a', 'free'] } } },
      as(),
    );
    expect(plan.refusals).toEqual([{ field: 'subjects', reason: 'held.a belongs to the stream HOLDER already' }]);
    expect(await raw('TAKER')).toBeUndefined();
  });
  it('says what to do where the room is not there', async () => {
    expect(await refusedCreate({ name: 'HUGE', subjects: ['huge'], max_bytes: 1e15 })).toMatchObject({
      status: 422,
      code: 'storage_exceeded',
      nats: { errCode: 10047 },
    });
    expect((await audited('stream.create'))?.status).toBe('failure');
  });
  it('is not possible without a name, or with one that a subject cannot hold', async () => {
    for (const name of ['', 'a b', 'a.b', 'x'.repeat(256)])
      expect(
        (await world.api.ask(routes.createStream, { ...cluster(), body: { config: { name } } }, as())).status,
      ).toBe(400);
  });
  it.each(['event-log', 'work-queue', 'last-value', 'iot', 'dead-letters', 'scheduled', 'counters'])(
    'works from the template %s',
    async (id) => {
      const { items, apiLevel } = await world.api.get(routes.listStreamTemplates, cluster(), as());
      const template = items.find((item) => item.id === id);
      const name = `T_${id}`;
      const { max_bytes, ...config } = { max_bytes: undefined, ...template?.config };
      // The test's server has less room than a template reserves.
      const room = max_bytes === undefined ? {} : { max_bytes: 1_000_000 };
      const made = await create({ ...config, ...room, name, subjects: [`t.${id}.>`] });
      expect(made).toMatchObject({ ignored: [], adjusted: [] });
      // A form shows what this level cannot hold before there is a stream to ask it of.
      const view = await world.api.get(routes.getStreamConfig, { params: { ...cluster().params, stream: name } }, as());
      expect(view.apiLevel).toBe(apiLevel);
    },
  );
});

describe('who may', () => {
  it('copy messages by a source, a mirror or a republication only where they may read them', async () => {
    await create({ name: 'SECRET', subjects: ['secret.>'] });
    const person = await makeScopedPerson(world.api, 'editor', {
      kind: 'cluster',
      clusterId: world.clusterId,
      namePattern: 'OPEN*',
    });
    expect((await create({ name: 'OPEN_1', subjects: ['open.1'] }, person.token)).config['name']).toBe('OPEN_1');
    for (const config of [
      { name: 'OPEN_2', sources: [{ name: 'SECRET' }] },
      { name: 'OPEN_2', mirror: { name: 'SECRET' } },
      { name: 'CLOSED', subjects: ['closed'] },
    ])
      expect(await refusedCreate(config, person.token)).toMatchObject({ status: 403 });
    const { hash } = await world.api.get(routes.getStreamConfig, at('OPEN_1'), person.token);
    const body = { basedOn: hash, change: { sources: [{ name: 'SECRET' }] } };
    expect(await world.api.refused(routes.updateStream, { ...at('OPEN_1'), body }, person.token)).toMatchObject({
      status: 403,
    });
    expect((await raw('OPEN_1'))?.['sources']).toBeUndefined();
    expect((await audited('stream.update'))?.status).toBe('denied');
  });
  it('change the stream behind a bucket only with the right to the bucket', async () => {
    await world.ask('STREAM.CREATE.KV_box', { name: 'KV_box', subjects: ['$KV.box.>'], max_msgs_per_subject: 1 });
    await world.api.get(
      routes.createRole,
      {
        body: {
          name: 'stream-keeper',
          permissions: [
            { resource: 'streams', action: 'read' },
            { resource: 'streams', action: 'purge' },
          ],
        },
      },
      as(),
    );
    const keeper = await makePerson(world.api, 'stream-keeper');
    const body = { confirm: 'KV_box' };
    expect(await world.api.refused(routes.purgeStream, { ...at('KV_box'), body }, keeper.token)).toMatchObject({
      status: 403,
    });
  });
});

describe('deleting', () => {
  it('demands the name, tells what it touches, and keeps the configuration in the audit', async () => {
    await create({ name: 'DOOMED', subjects: ['doomed'], description: 'gone soon' });
    await create({ name: 'COPY', mirror: { name: 'DOOMED' } });
    await create({ name: 'GATHER', subjects: ['gather'], sources: [{ name: 'DOOMED' }] });
    await world.jsm.consumers.add('DOOMED', { durable_name: 'reader' });
    await jetstream(world.nc).publish('doomed', 'x');
    const impact = await world.api.get(routes.getStreamImpact, at('DOOMED'), as());
    expect(impact).toMatchObject({
      messages: 1,
      consumers: { names: ['reader'] },
      drawnBy: [
        { stream: 'COPY', as: 'mirror' },
        { stream: 'GATHER', as: 'source' },
      ],
      drawnByHidden: 0,
    });
    for (const confirm of ['doomed', 'DOOMED '])
      expect(await world.api.refused(routes.deleteStream, { ...at('DOOMED'), body: { confirm } }, as())).toMatchObject({
        status: 400,
        code: 'not_confirmed',
      });
    expect(await raw('DOOMED')).toBeDefined();
    await world.api.get(routes.deleteStream, { ...at('DOOMED'), body: { confirm: 'DOOMED' } }, as());
    expect(await raw('DOOMED')).toBeUndefined();
    expect(await audited('stream.delete')).toMatchObject({
      status: 'success',
      changes: { before: { name: 'DOOMED', description: 'gone soon' }, after: null },
    });
    expect(
      await world.api.refused(routes.deleteStream, { ...at('DOOMED'), body: { confirm: 'DOOMED' } }, as()),
    ).toMatchObject({ status: 404, code: 'stream_not_found' });
  });
});

describe('copying and comparing', () => {
  it('clones a configuration with a change', async () => {
    await create({ name: 'FIRST', subjects: ['first'], max_msgs: 7, metadata: { a: '1' } });
    const body = { name: 'SECOND', change: { subjects: ['second'], storage: 'memory' } } as const;
    const made = await world.api.get(routes.cloneStream, { ...at('FIRST'), body }, as());
    expect(made.config).toMatchObject({ name: 'SECOND', max_msgs: 7, storage: 'memory', subjects: ['second'] });
    const { diff } = await world.api.get(routes.compareStreams, { ...at('FIRST'), query: { with: 'SECOND' } }, as());
    expect(diff.map(({ field }) => field)).toEqual(['name', 'storage', 'subjects']);
  });
  it('compares with a stream of another cluster, for whoever may see it', async () => {
    const other = await addCluster(world.api, [world.nats.url]);
    const query = { with: 'FIRST', cluster: other };
    expect(await world.api.get(routes.compareStreams, { ...at('FIRST'), query }, as())).toEqual({ diff: [] });
    const person = await makeScopedPerson(world.api, 'viewer', { kind: 'cluster', clusterId: world.clusterId });
    expect(await world.api.refused(routes.compareStreams, { ...at('FIRST'), query }, person.token)).toMatchObject({
      status: 403,
    });
  });
  it('exports what makes the same stream again', async () => {
    const config = await raw('FIRST');
    for (const as_ of ['json', 'yaml'] as const) {
      const { text, left } = await world.api.get(
        routes.exportStreamConfig,
        { ...at('FIRST'), query: { as: as_ } },
        as(),
      );
      expect(left).toEqual([]);
      expect({ ...config, ...parse(text) }).toEqual(config && { ...config, metadata: { a: '1' } });
    }
  });
});

describe('history', () => {
  it('lists what the console did and brings a version back, field by field', async () => {
    const made = await create({ name: 'PAST', subjects: ['past'], max_msgs: 1 });
    const change = async (basedOn: string, max_msgs: number) =>
      (await world.api.get(routes.updateStream, { ...at('PAST'), body: { basedOn, change: { max_msgs } } }, as())).hash;
    const last = await change(await change(made.hash, 2), 3);
    const { items } = await world.api.get(routes.listStreamVersions, at('PAST'), as());
    expect(items.map(({ action, after }) => [action, after?.['max_msgs']])).toEqual([
      ['stream.update', 3],
      ['stream.update', 2],
      ['stream.create', 1],
    ]);
    expect(items[0]?.diff).toEqual([{ field: 'max_msgs', before: 2, after: 3 }]);
    const paged = await world.api.get(routes.listStreamVersions, { ...at('PAST'), query: { limit: 2 } }, as());
    expect(paged.items).toHaveLength(2);
    const query = { limit: 2, cursor: paged.nextCursor ?? '' };
    expect((await world.api.get(routes.listStreamVersions, { ...at('PAST'), query }, as())).items).toEqual([items[2]]);
    const body = { version: items[2]?.id ?? '', side: 'after', basedOn: last } as const;
    const stale = { ...body, basedOn: made.hash };
    const restored = await world.api.get(routes.restoreStreamVersion, { ...at('PAST'), body }, as());
    expect(restored.diff).toEqual([{ field: 'max_msgs', before: 3, after: 1 }]);
    await change(restored.hash, 9);
    expect(await world.api.refused(routes.restoreStreamVersion, { ...at('PAST'), body: stale }, as())).toMatchObject({
      status: 409,
    });
  });
  it('makes a deleted stream again, without its messages', async () => {
    await create({ name: 'BACK', subjects: ['back'], description: 'kept' });
    await world.api.get(routes.deleteStream, { ...at('BACK'), body: { confirm: 'BACK' } }, as());
    const { items } = await world.api.get(routes.listStreamVersions, at('BACK'), as());
    const [deleted] = items;
    expect(deleted).toMatchObject({ action: 'stream.delete', after: null });
    const body = { version: deleted?.id ?? '', side: 'before', basedOn: null } as const;
    expect(
      await world.api.refused(routes.restoreStreamVersion, { ...at('BACK'), body: { ...body, side: 'after' } }, as()),
    ).toMatchObject({ status: 422, code: 'no_version' });
    await world.api.get(routes.restoreStreamVersion, { ...at('BACK'), body }, as());
    expect(await raw('BACK')).toMatchObject({ description: 'kept', subjects: ['back'] });
  });
  it('gives no version of another stream', async () => {
    const { items } = await world.api.get(routes.listStreamVersions, at('BACK'), as());
    const body = { version: items[0]?.id ?? '', side: 'after', basedOn: null } as const;
    expect(await world.api.refused(routes.restoreStreamVersion, { ...at('PAST'), body }, as())).toMatchObject({
      status: 404,
    });
  });
});
