import { routes, type BodyIn, type Routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { startManageWorld, versions, type ManageWorld } from './world';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
});

describe.each(versions)('NATS %s', (version) => {
  let world: ManageWorld;
  beforeAll(async () => {
    world = await startManageWorld(version, api);
  });
  afterAll(async () => {
    await world?.stop();
  });
  const at = (stream: string) => ({ params: { clusterId: world.clusterId, stream } });
  const config = (stream: string) => api.get(routes.getStreamConfig, at(stream), api.admin);
  const raw = async (stream: string) => (await world.ask(`STREAM.INFO.${stream}`)).config ?? {};
  const update = async (
    stream: string,
    change: BodyIn<Routes['updateStream']>['change'],
    rest: Partial<BodyIn<Routes['updateStream']>> = {},
  ) => ({ ...at(stream), body: { basedOn: (await config(stream)).hash, change, ...rest } });

  it('changes one field, leaves every other as the server had it, and keeps both in the audit', async () => {
    await world.ask('STREAM.CREATE.ONE', {
      name: 'ONE',
      subjects: ['one.>'],
      max_age: 31_536_000_000_000_000,
      metadata: { team: 'payments' },
      republish: { src: 'one.>', dest: 'again.>' },
    });
    const before = await raw('ONE');
    const result = await api.get(routes.updateStream, await update('ONE', { description: 'said' }), api.admin);
    expect(result).toMatchObject({
      diff: [{ field: 'description', before: null, after: 'said' }],
      ignored: [],
      adjusted: [],
    });
    expect(await raw('ONE')).toEqual({ ...before, description: 'said' });
    expect(result.hash).toBe((await config('ONE')).hash);
    const { items } = await api.get(routes.listAudit, { query: { action: 'stream.update' } }, api.admin);
    expect(items[0]).toMatchObject({
      status: 'success',
      resource: 'stream=ONE',
      cluster: world.clusterId,
      changes: { before: { name: 'ONE' }, after: { name: 'ONE', description: 'said' } },
    });
  });

  it('keeps numbers that no double holds', async () => {
    const exact = '9007199254740993';
    const answer = await world.nc.request(
      '$JS.API.STREAM.CREATE.EXACT',
      `{"name":"EXACT","subjects":["exact"],"max_age":${exact}}`,
    );
    expect(answer.string()).toContain(`"max_age":${exact}`);
    await api.get(routes.updateStream, await update('EXACT', { description: 'said' }), api.admin);
    expect((await world.nc.request('$JS.API.STREAM.INFO.EXACT')).string()).toContain(`"max_age":${exact}`);
  });

  it('refuses an edit of a configuration that was changed meanwhile, with both versions', async () => {
    await world.ask('STREAM.CREATE.TWO', { name: 'TWO', subjects: ['two'] });
    const edit = await update('TWO', { max_msgs: 10 });
    await world.ask('STREAM.UPDATE.TWO', { ...(await raw('TWO')), description: 'somebody else' });
    const problem = await api.refused(routes.updateStream, edit, api.admin);
    expect(problem).toMatchObject({
      status: 409,
      code: 'config_conflict',
      conflict: {
        currentHash: (await config('TWO')).hash,
        current: { description: 'somebody else', max_msgs: -1 },
        wanted: { description: 'somebody else', max_msgs: 10 },
      },
    });
    expect((await raw('TWO'))['max_msgs']).toBe(-1);
  });

  it('tells beforehand what a change would do, and changes nothing', async () => {
    await world.ask('STREAM.CREATE.THREE', { name: 'THREE', subjects: ['three'], storage: 'memory' });
    const before = await raw('THREE');
    const body = { change: { storage: 'file', max_msgs: 5, description: null } } as const;
    const plan = await api.get(routes.planStreamUpdate, { ...at('THREE'), body }, api.admin);
    expect(plan.diff.map(({ field }) => field)).toEqual(['max_msgs', 'storage']);
    expect(plan.refusals.map(({ field }) => field)).toEqual(['storage']);
    const refused = await api.refused(routes.updateStream, await update('THREE', body.change), api.admin);
    expect(refused).toMatchObject({
      status: 422,
      code: 'config_refused',
      errors: [{ field: 'body.change.storage', message: plan.refusals[0]?.reason }],
    });
    expect(await raw('THREE')).toEqual(before);
  });

  it('refuses what is no configuration, naming the field', async () => {
    await world.ask('STREAM.CREATE.FOUR', { name: 'FOUR', subjects: ['four'] });
    for (const [field, value] of [
      ['max_age', '1d'],
      ['retention', 'for ever'],
      ['subjects', ['a b']],
      ['max_msgs', 1.5],
      ['description', 'x'.repeat(5000)],
      ['metadata', { a: 1 }],
    ] as const) {
      const body = { basedOn: (await config('FOUR')).hash, change: { [field]: value } };
      const answer = await api.ask(routes.updateStream, { ...at('FOUR'), body: Object(body) }, api.admin);
      expect(answer.status, field).toBe(400);
      expect(answer.text).toContain(`body.change.${field}`);
    }
  });

  it('does not send a field that the server does not know into nothing', async () => {
    await world.ask('STREAM.CREATE.FIVE', { name: 'FIVE', subjects: ['five'] });
    const before = await raw('FIVE');
    const problem = await api.refused(routes.updateStream, await update('FIVE', { no_such_field: 1 }), api.admin);
    expect(problem.status).toBe(422);
    expect(problem.detail).toMatch(/no_such_field|unknown field/);
    expect(await raw('FIVE')).toEqual(before);
  });

  it('holds a cluster to read-only', async () => {
    await world.ask('STREAM.CREATE.SIX', { name: 'SIX', subjects: ['six'] });
    const edit = await update('SIX', { description: 'said' });
    const cluster = { params: { clusterId: world.clusterId } };
    await api.get(routes.updateCluster, { ...cluster, body: { readOnly: true } }, api.admin);
    expect(await api.refused(routes.updateStream, edit, api.admin)).toMatchObject({
      status: 403,
      code: 'cluster_read_only',
    });
    await api.get(routes.updateCluster, { ...cluster, body: { readOnly: false } }, api.admin);
    expect((await raw('SIX'))['description']).toBeUndefined();
  });
});
