import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { levels, versions } from '../manage/world';
import { parseProblem, startTestApi, type TestApi } from '../setup/api';
import { eventually } from '../setup/wait';
import { startKvWorld, type KvWorld } from './world';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
});

describe.each(versions)('a bucket of NATS %s', (version) => {
  let world: KvWorld;
  beforeAll(async () => {
    world = await startKvWorld(version, api);
  });
  afterAll(async () => {
    await world?.stop();
  });
  const at = (bucket: string) => ({ params: { clusterId: world.clusterId, bucket } });

  it('is the one that clients make, and they write to it', async () => {
    const bucket = await world.bucket({ max_msgs_per_subject: 3 });
    await world.kvm.create(`theirs-${bucket}`, { history: 3 });
    const ours = (await world.ask(`STREAM.INFO.KV_${bucket}`)).config ?? {};
    const theirs = (await world.ask(`STREAM.INFO.KV_theirs-${bucket}`)).config ?? {};
    const differ = Object.keys({ ...ours, ...theirs }).filter(
      (field) => JSON.stringify(ours[field]) !== JSON.stringify(theirs[field]),
    );
    // Clients leave deny_delete off in JavaScript and set it in Go, as is done here.
    expect(differ.sort()).toEqual(['deny_delete', 'name', 'subjects']);
    const kv = await world.kvm.open(bucket);
    await kv.put('a', '1');
    await kv.delete('a');
    await kv.purge('a');
    await world.stored(bucket, 'a', '2', [['if-none-match', '*']]);
    expect((await kv.get('a'))?.string()).toBe('2');
  });
  it('changes in one field and keeps all others; an edit of an older version gets both', async () => {
    const bucket = await world.bucket({ description: 'first', metadata: { team: 'a' } });
    const before = (await world.ask(`STREAM.INFO.KV_${bucket}`)).config ?? {};
    const { hash } = await api.get(routes.getBucketConfig, at(bucket), api.admin);
    const body = { basedOn: hash, change: { max_msgs_per_subject: 5 } };
    const plan = await api.get(routes.planBucketUpdate, { ...at(bucket), body: { change: body.change } }, api.admin);
    expect(plan).toMatchObject({ refusals: [], diff: [{ field: 'max_msgs_per_subject', before: 1, after: 5 }] });
    await api.get(routes.updateBucket, { ...at(bucket), body }, api.admin);
    expect((await world.ask(`STREAM.INFO.KV_${bucket}`)).config).toEqual({ ...before, max_msgs_per_subject: 5 });
    expect(await api.refused(routes.updateBucket, { ...at(bucket), body }, api.admin)).toMatchObject({
      status: 409,
      code: 'config_conflict',
      conflict: { current: { max_msgs_per_subject: 5 } },
    });
  });
  it('stays a bucket', async () => {
    const bucket = await world.bucket();
    const { hash } = await api.get(routes.getBucketConfig, at(bucket), api.admin);
    for (const [field, value] of [
      ['max_msgs_per_subject', 65],
      ['max_msgs_per_subject', -1],
      ['subjects', ['elsewhere.>']],
      ['allow_rollup_hdrs', false],
      ['retention', 'interest'],
    ] as const)
      expect(
        await api.refused(
          routes.updateBucket,
          { ...at(bucket), body: { basedOn: hash, change: { [field]: value } } },
          api.admin,
        ),
      ).toMatchObject({ status: 422, errors: [{ field: `body.change.${field}` }] });
  });
  it('lets a value say when it expires, or says which release can', async () => {
    const params = { clusterId: world.clusterId };
    const body = {
      name: 'fleeting',
      config: { allow_msg_ttl: true, subject_delete_marker_ttl: 60_000_000_000 },
    };
    if (levels[version] < 1) {
      expect(await api.refused(routes.createBucket, { params, body }, api.admin)).toMatchObject({
        status: 422,
        code: 'config_refused',
      });
      const bucket = await world.bucket();
      expect(parseProblem(await world.put(bucket, { key: 'a', ttlSeconds: 5 }, 'x'))).toMatchObject({
        status: 422,
        code: 'no_message_ttl',
        detail: expect.stringContaining('2.11'),
      });
      return;
    }
    await api.get(routes.createBucket, { params, body }, api.admin);
    const { row } = await api.get(routes.getBucket, at('fleeting'), api.admin);
    expect(row.markersTtlSeconds).toBe(60);
    expect((await world.put('fleeting', { key: 'a', ttlSeconds: 3600 }, 'x')).status).toBe(200);
    expect((await api.get(routes.getKey, { ...at('fleeting'), query: { key: 'a' } }, api.admin)).entry.ttlSeconds).toBe(
      3600,
    );
  });
  it('is compacted', async () => {
    const bucket = await world.bucket({ max_msgs_per_subject: 3 });
    const kv = await world.kvm.open(bucket);
    await kv.put('a', '1');
    await kv.delete('a');
    await kv.put('b', '1');
    const body = { olderThanSeconds: 0, confirm: bucket };
    expect(await api.get(routes.compactBucket, { ...at(bucket), body }, api.admin)).toEqual({
      purged: 2,
      keys: 1,
      left: 0,
    });
    expect((await kv.get('b'))?.string()).toBe('1');
  });
  it('is deleted by its name, with what that touches told before', async () => {
    const bucket = await world.bucket();
    await world.stored(bucket, 'a', '1');
    expect(await api.get(routes.getBucketImpact, at(bucket), api.admin)).toMatchObject({ messages: 1, subjects: 1 });
    const wrong = { confirm: `KV_${bucket}` };
    expect((await api.refused(routes.deleteBucket, { ...at(bucket), body: wrong }, api.admin)).code).toBe(
      'not_confirmed',
    );
    await api.get(routes.deleteBucket, { ...at(bucket), body: { confirm: bucket } }, api.admin);
    expect((await world.ask(`STREAM.INFO.KV_${bucket}`)).error?.err_code).toBe(10059);
    const names = (await api.get(routes.listBuckets, { params: { clusterId: world.clusterId } }, api.admin)).items;
    expect(names.map((row) => row.bucket)).not.toContain(bucket);
  });
  it('shows what it mirrors, which is written where it comes from', async () => {
    const bucket = await world.bucket();
    const params = { clusterId: world.clusterId };
    const copy = `copy-${bucket}`;
    const body = { name: copy, config: { mirror: { name: `KV_${bucket}` } } };
    await api.get(routes.createBucket, { params, body }, api.admin);
    await world.stored(bucket, 'a', 'from there');
    const found = await eventually(async () => {
      const answer = await api.ask(routes.getKey, { ...at(copy), query: { key: 'a' } }, api.admin);
      return answer.status === 200 && routes.getKey.response.parse(answer.json());
    });
    expect(found.entry.payload.text).toBe('from there');
    expect(parseProblem(await world.put(copy, { key: 'a' }, 'x')).code).toBe('is_mirror');
  });
});
