import { routes, type Problem } from '@jetstream-console/contract';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProblem } from '../setup/api';
import { makePerson, makeScopedPerson } from '../setup/people';
import { eventually } from '../setup/wait';
import { startKvWorld, type KvWorld } from './world';

let world: KvWorld;
beforeAll(async () => {
  world = await startKvWorld();
});
afterAll(async () => {
  await world?.stop();
});
const at = (bucket: string) => ({ params: { clusterId: world.clusterId, bucket } });
const as = () => world.api.admin;
const read = async (bucket: string, key: string) => (await world.kvm.open(bucket)).get(key);
const audited = async (action: string) => (await world.api.get(routes.listAudit, { query: { action } }, as())).items[0];

describe('a value', () => {
  it('comes back byte for byte, whatever bytes they are', async () => {
    const bucket = await world.bucket();
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256));
    const revision = await world.stored(bucket, 'a/b=c.d', bytes);
    const entry = await read(bucket, 'a/b=c.d');
    expect(entry?.revision).toBe(revision);
    expect(Buffer.from(entry?.value ?? []).equals(bytes)).toBe(true);
    expect(await world.stored(bucket, 'empty', '')).toBe(revision + 1);
    expect((await read(bucket, 'empty'))?.length).toBe(0);
  });
  it('is in the audit by its key, its size and its revisions, and never by what it is', async () => {
    const bucket = await world.bucket();
    const first = await world.stored(bucket, 'secret', 'hunter2');
    const revision = await world.stored(bucket, 'secret', 'hunter3', [['if-match', `"${first}"`]]);
    const record = await audited('kv.put');
    expect(record).toMatchObject({
      status: 'success',
      resource: `bucket=${bucket}`,
      changes: { before: { key: 'secret', revision: first }, after: { key: 'secret', revision, bytes: 7 } },
    });
    expect(JSON.stringify(record)).not.toMatch(/hunter/);
  });
  it('is put only on the revision that was seen; else both are shown and nothing is written', async () => {
    const bucket = await world.bucket({ max_msgs_per_subject: 5 });
    const seen = await world.stored(bucket, 'limit', '{"n":1}');
    const theirs = await world.stored(bucket, 'limit', '{"n":2}');
    const answer = await world.put(bucket, { key: 'limit' }, '{"n":3}', [['if-match', `"${seen}"`]]);
    const problem = parseProblem(answer);
    expect(problem).toMatchObject({
      status: 409,
      code: 'key_conflict',
      keyConflict: {
        current: { revision: theirs, operation: 'put', payload: { text: '{"n":2}', format: 'json' } },
        yours: { basedOn: seen, payload: { text: '{"n":3}' } },
      },
    });
    expect(problem.detail).toContain(`revision ${theirs}`);
    expect((await read(bucket, 'limit'))?.string()).toBe('{"n":2}');
    expect(await audited('kv.put')).toMatchObject({ status: 'failure' });
    await world.stored(bucket, 'limit', '{"n":3}', [['if-match', `"${theirs}"`]]);
    expect((await read(bucket, 'limit'))?.string()).toBe('{"n":3}');
  });
  it('is created only where there is none; a deleted key counts as none', async () => {
    const bucket = await world.bucket();
    const none = [['if-none-match', '*']] as const;
    const first = await world.stored(bucket, 'new', 'a', none);
    expect(parseProblem(await world.put(bucket, { key: 'new' }, 'b', none))).toMatchObject({
      status: 409,
      keyConflict: { current: { revision: first }, yours: { basedOn: null } },
    });
    await (await world.kvm.open(bucket)).delete('new');
    await world.stored(bucket, 'new', 'c', none);
    expect((await read(bucket, 'new'))?.string()).toBe('c');
  });
  it('of which one of two writers at once wins, and the other is told', async () => {
    const bucket = await world.bucket();
    const seen = await world.stored(bucket, 'race', '0');
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => world.put(bucket, { key: 'race' }, String(i), [['if-match', String(seen)]])),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  });
  it('expires by itself where the bucket allows that, and is refused in words where it does not', async () => {
    const plain = await world.bucket();
    expect(parseProblem(await world.put(plain, { key: 'a', ttlSeconds: 5 }, 'x'))).toMatchObject({
      status: 422,
      code: 'no_message_ttl',
    });
    expect(await read(plain, 'a')).toBeNull();
    const bucket = await world.bucket({ allow_msg_ttl: true });
    expect((await world.put(bucket, { key: 'a', ttlSeconds: 1 }, 'x')).status).toBe(200);
    expect((await world.put(bucket, { key: 'b', ttlSeconds: 3600 }, 'x')).status).toBe(200);
    expect((await world.api.get(routes.getKey, { ...at(bucket), query: { key: 'b' } }, as())).entry.ttlSeconds).toBe(
      3600,
    );
    await eventually(async () => (await read(bucket, 'a')) === null);
  });
  it('larger than the server takes is refused before it is read to its end', async () => {
    const bucket = await world.bucket();
    const refused: Problem = parseProblem(await world.put(bucket, { key: 'big' }, Buffer.alloc(1_100_000)));
    expect(refused).toMatchObject({ status: 413, code: 'value_too_large' });
    expect(await read(bucket, 'big')).toBeNull();
    await world.stored(bucket, 'big', Buffer.alloc(1_000_000));
  });
  it('is not put into a mirror, nor into a bucket that is sealed', async () => {
    const bucket = await world.bucket();
    await world.api.get(
      routes.createBucket,
      {
        params: { clusterId: world.clusterId },
        body: { name: 'copied', config: { mirror: { name: `KV_${bucket}` } } },
      },
      as(),
    );
    expect(parseProblem(await world.put('copied', { key: 'a' }, 'x'))).toMatchObject({
      status: 422,
      code: 'is_mirror',
    });
    const config = (await world.ask(`STREAM.INFO.KV_${bucket}`)).config;
    await world.ask(`STREAM.UPDATE.KV_${bucket}`, { ...config, sealed: true });
    expect(parseProblem(await world.put(bucket, { key: 'a' }, 'x'))).toMatchObject({ status: 422, code: 'sealed' });
  });
  it.each([
    [
      'both guards',
      {
        headers: [
          ['if-match', '1'],
          ['if-none-match', '*'],
        ] as const,
        field: 'header.if-none-match',
      },
    ],
    ['a revision that is none', { headers: [['if-match', 'W/"x"']] as const, field: 'header.if-match' }],
    [
      'two revisions',
      {
        headers: [
          ['if-match', '1'],
          ['if-match', '2'],
        ] as const,
        field: 'header.if-match',
      },
    ],
  ])('is refused with %s', async (_, { headers, field }) => {
    const bucket = await world.bucket();
    expect(parseProblem(await world.put(bucket, { key: 'a' }, 'x', headers))).toMatchObject({
      status: 400,
      errors: [{ field }],
    });
  });
});

describe('a key', () => {
  it('is deleted with its history kept, and brought back by its revision', async () => {
    const bucket = await world.bucket({ max_msgs_per_subject: 5 });
    const bytes = Buffer.from([0, 255, 1, 254]);
    const first = await world.stored(bucket, 'a', bytes);
    await world.stored(bucket, 'a', 'second');
    const wrong = await world.api.refused(routes.deleteKey, { ...at(bucket), body: { key: 'a', confirm: 'b' } }, as());
    expect(wrong).toMatchObject({ status: 400, code: 'not_confirmed' });
    const gone = await world.api.get(routes.deleteKey, { ...at(bucket), body: { key: 'a', confirm: 'a' } }, as());
    expect((await read(bucket, 'a'))?.operation).toBe('DEL');
    const revert = { key: 'a', to: first, basedOn: gone.revision };
    await world.api.get(routes.revertKey, { ...at(bucket), body: revert }, as());
    expect(Buffer.from((await read(bucket, 'a'))?.value ?? []).equals(bytes)).toBe(true);
    expect(await world.api.refused(routes.revertKey, { ...at(bucket), body: revert }, as())).toMatchObject({
      status: 409,
    });
    const marker = { ...revert, to: gone.revision, basedOn: gone.revision + 1 };
    expect(await world.api.refused(routes.revertKey, { ...at(bucket), body: marker }, as())).toMatchObject({
      status: 422,
      code: 'no_value',
    });
    expect(
      await world.api.refused(routes.revertKey, { ...at(bucket), body: { ...marker, key: 'other' } }, as()),
    ).toMatchObject({ status: 404 });
  });
  it('is purged with its history, on the revision that was seen', async () => {
    const bucket = await world.bucket({ max_msgs_per_subject: 5, allow_msg_ttl: true });
    for (const value of ['1', '2', '3']) await world.stored(bucket, 'a', value);
    const body = { key: 'a', confirm: 'a', basedOn: 2 };
    expect(await world.api.refused(routes.purgeKey, { ...at(bucket), body }, as())).toMatchObject({
      status: 409,
      keyConflict: { current: { revision: 3 } },
    });
    await world.api.get(routes.purgeKey, { ...at(bucket), body: { ...body, basedOn: 3, ttlSeconds: 3600 } }, as());
    const { history } = await world.api.get(
      routes.getKey,
      { ...at(bucket), query: { key: 'a', history: 'true' } },
      as(),
    );
    expect(history.map(({ operation, ttlSeconds }) => [operation, ttlSeconds])).toEqual([['purge', 3600]]);
  });
  it('that never was is not deleted', async () => {
    const bucket = await world.bucket();
    const body = { key: 'never', confirm: 'never' };
    for (const route of [routes.deleteKey, routes.purgeKey])
      expect(await world.api.refused(route, { ...at(bucket), body }, as())).toMatchObject({ status: 404 });
    expect((await world.jsm.streams.info(`KV_${bucket}`)).state.messages).toBe(0);
  });
});

describe('a compaction', () => {
  it('removes old markers and what lay before them, counted first, and no value that was put meanwhile', async () => {
    const bucket = await world.bucket({ max_msgs_per_subject: 5 });
    const kv = await world.kvm.open(bucket);
    for (const key of ['kept', 'a', 'b', 'back']) for (const value of ['1', '2']) await kv.put(key, value);
    await kv.delete('a');
    await kv.purge('b');
    await kv.delete('back');
    await kv.put('back', '3');
    const before = (await world.jsm.streams.info(`KV_${bucket}`)).state.messages;
    const young = await world.api.get(routes.planCompact, { ...at(bucket), body: {} }, as());
    expect(young).toMatchObject({ markers: 0, younger: 2, keys: 4, messages: 0, refusals: [] });
    const plan = await world.api.get(routes.planCompact, { ...at(bucket), body: { olderThanSeconds: 0 } }, as());
    expect(plan).toMatchObject({ markers: 2, messages: 4, younger: 0, keys: 4 });
    expect((await world.jsm.streams.info(`KV_${bucket}`)).state.messages).toBe(before);
    const body = { olderThanSeconds: 0, confirm: bucket };
    expect(await world.api.get(routes.compactBucket, { ...at(bucket), body }, as())).toEqual({
      purged: 4,
      keys: 2,
      left: 0,
    });
    expect(await read(bucket, 'a')).toBeNull();
    expect((await read(bucket, 'kept'))?.string()).toBe('2');
    expect((await read(bucket, 'back'))?.string()).toBe('3');
    const { consumer_count } = (await world.jsm.streams.info(`KV_${bucket}`)).state;
    expect(consumer_count).toBe(0);
    expect(await audited('kv.compact')).toMatchObject({
      status: 'success',
      changes: { after: { purged: 4, keys: 2 } },
    });
  });
});

describe('who may', () => {
  it('update a key is not who may create one', async () => {
    const operator = await makePerson(world.api, 'operator');
    const bucket = await world.bucket();
    const seen = await world.stored(bucket, 'a', '1');
    for (const headers of [[], [['if-none-match', '*']]] as const)
      expect((await world.put(bucket, { key: 'b' }, 'x', headers, operator.token)).status).toBe(403);
    expect((await world.put(bucket, { key: 'a' }, '2', [['if-match', String(seen)]], operator.token)).status).toBe(200);
  });
  it('write some keys writes no others', async () => {
    const bucket = await world.bucket();
    const person = await makeScopedPerson(world.api, 'editor', {
      kind: 'cluster',
      clusterId: world.clusterId,
      namePattern: bucket,
      subjectPattern: 'eu.>',
    });
    expect((await world.put(bucket, { key: 'eu.limit' }, '1', [], person.token)).status).toBe(200);
    expect((await world.put(bucket, { key: 'us.limit' }, '1', [], person.token)).status).toBe(403);
    expect(await read(bucket, 'us.limit')).toBeNull();
    const seen = await world.stored(bucket, 'us.limit', 'hidden');
    const body = { key: 'us.limit', to: seen, basedOn: seen };
    expect(await world.api.refused(routes.revertKey, { ...at(bucket), body }, person.token)).toMatchObject({
      status: 403,
    });
  });
  it('write without reading is not shown what is there', async () => {
    const permissions = [{ resource: 'kv_values', action: 'update' } as const];
    await world.api.get(routes.createRole, { body: { name: 'blind-writer', permissions } }, as());
    const writer = await makePerson(world.api, 'blind-writer');
    const bucket = await world.bucket();
    const seen = await world.stored(bucket, 'a', 'first');
    await world.stored(bucket, 'a', 'hidden');
    const answer = await world.put(bucket, { key: 'a' }, 'mine', [['if-match', String(seen)]], writer.token);
    expect(parseProblem(answer).keyConflict).toMatchObject({ current: { payload: null }, yours: { basedOn: seen } });
    expect(answer.text).not.toContain('hidden');
  });
});

it('tells values of other clients from markers that they left', async () => {
  const bucket = await world.bucket({ max_msgs_per_subject: 3 });
  const headers = natsHeaders();
  headers.set('KV-Operation', 'DEL');
  await world.nc.request(`$KV.${bucket}.theirs`, '', { headers, timeout: 5000 });
  await world.stored(bucket, 'theirs', 'mine', [['if-none-match', '*']]);
  expect((await read(bucket, 'theirs'))?.string()).toBe('mine');
});
