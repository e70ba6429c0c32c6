import http from 'node:http';
import {
  apiBase,
  objectWatchEvent,
  routes,
  urlOf,
  type BodyIn,
  type ObjectWatchEvent,
  type Routes,
} from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProblem, startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { bearer } from '../setup/http';
import { eventually } from '../setup/wait';
import { bytesOf, startObjectWorld, type ObjectWorld } from './world';

let world: ObjectWorld;
/** Another api on the same server, for which a writer has gone away as soon as it is quiet. */
let hasty: TestApi;
let seenByHasty: string;
beforeAll(async () => {
  world = await startObjectWorld();
  hasty = await startTestApi({ env: { UPLOAD_QUIET_MINUTES: '0' } });
  seenByHasty = await addCluster(hasty, [world.nats.url]);
});
afterAll(async () => {
  await hasty?.stop();
  await world?.stop();
});
const at = (store: string) => ({ params: { clusterId: world.clusterId, store } });
const as = () => world.api.admin;
const objectOf = async (store: string, name: string) =>
  (await world.api.get(routes.getObject, { ...at(store), query: { name } }, as())).object;
const said = { description: 'the plan', metadata: { team: 'a' }, headers: { 'Content-Type': ['text/plain'] } };
const describeIt = (store: string, body: BodyIn<Routes['describeObject']>) =>
  world.api.ask(routes.describeObject, { ...at(store), body }, as());

describe('what is said of an object', () => {
  it('is younger than its content once it is said anew, and outlives it in a store with a time to live', async () => {
    const store = await world.store({ max_age: 2_000_000_000 });
    await world.put(store, { name: 'short' }, bytesOf(1000));
    const chunks = async () => {
      const { state } = await world.jsm.streams.info(`OBJ_${store}`, { subjects_filter: `$O.${store}.C.>` });
      return Object.keys(state.subjects ?? {}).length;
    };
    expect(await chunks()).toBe(1);
    let said = 0;
    await eventually(async () => {
      if ((await chunks()) === 0) return true;
      const { revision } = await objectOf(store, 'short');
      await describeIt(store, { name: 'short', basedOn: revision, description: `said ${++said} times` });
      return false;
    }, 200);
    const { description, size } = await objectOf(store, 'short');
    expect({ description, size }).toEqual({ description: `said ${said} times`, size: 1000 });
    const got = await world.download(store, 'short');
    expect(got.status).toBe(502);
    expect(got.body.toString()).toContain('0 of 1,000 bytes are there');
  });

  it('is changed for every client, and its content stays', async () => {
    const store = await world.store();
    const theirs = await world.theirs(store);
    await theirs.putBlob({ name: 'müll', description: 'before' }, bytesOf(300_000));
    const before = await objectOf(store, 'müll');
    const answer = await describeIt(store, { name: 'müll', basedOn: before.revision, ...said });
    const { object } = routes.describeObject.response.parse(answer.json());
    expect(object).toMatchObject({ ...said, size: 300_000, digest: before.digest, chunks: before.chunks });
    expect(object.revision).toBeGreaterThan(before.revision);
    expect(await theirs.info('müll')).toMatchObject({ description: 'the plan', metadata: { team: 'a' } });
    expect((await world.download(store, 'müll')).body.equals(bytesOf(300_000))).toBe(true);
    const { items } = await world.api.get(routes.listAudit, { query: { action: 'object.describe' } }, as());
    expect(items[0]).toMatchObject({
      status: 'success',
      changes: { before: { description: 'before', metadata: {} }, after: said },
    });
    // What is not said stays.
    const partly = await describeIt(store, { name: 'müll', basedOn: object.revision, description: 'only this' });
    const after = routes.describeObject.response.parse(partly.json()).object;
    expect(after).toMatchObject({ description: 'only this', metadata: said.metadata, headers: said.headers });
    const cleared = { name: 'müll', basedOn: after.revision, description: '', metadata: {}, headers: {} };
    expect((await describeIt(store, cleared)).status).toBe(200);
    expect(await objectOf(store, 'müll')).toMatchObject({ description: null, metadata: {}, headers: {} });
  });
  it('is refused where somebody else was first, where it is gone, and in a sealed store', async () => {
    const store = await world.store();
    await world.put(store, { name: 'a' }, 'one');
    const { revision } = await objectOf(store, 'a');
    await world.put(store, { name: 'a', description: 'theirs' }, 'two');
    const late = parseProblem(await describeIt(store, { name: 'a', basedOn: revision, ...said }));
    expect(late).toMatchObject({ status: 409, code: 'object_conflict' });
    expect((await objectOf(store, 'a')).description).toBe('theirs');
    expect((await describeIt(store, { name: 'nothing', basedOn: 1, ...said })).status).toBe(404);
    const now = (await objectOf(store, 'a')).revision;
    await world.api.get(routes.sealObjectStore, { ...at(store), body: { confirm: store } }, as());
    expect((await describeIt(store, { name: 'a', basedOn: now, ...said })).status).toBe(422);
  });
});

describe('chunks that no object has', () => {
  const found = (store: string) => world.api.get(routes.listLeftovers, at(store), as());
  const remove = (store: string) =>
    world.api.ask(routes.removeLeftovers, { ...at(store), body: { confirm: store } }, as());
  const hastily = (store: string) => ({ params: { clusterId: seenByHasty, store } });
  const foundHastily = (store: string) => hasty.get(routes.listLeftovers, hastily(store), hasty.admin);
  const removeHastily = (store: string) =>
    hasty.ask(routes.removeLeftovers, { ...hastily(store), body: { confirm: store } }, hasty.admin);
  const chunk = (store: string, upload: string, size: number) =>
    world.jsm.jetstream().publish(`$O.${store}.C.${upload}`, bytesOf(size), { retries: 20 });

  it('are told and removed once their writer was quiet for an hour, and those of objects stay', async () => {
    const store = await world.store();
    const theirs = await world.theirs(store);
    await world.put(store, { name: 'kept' }, bytesOf(300_000));
    await theirs.putBlob({ name: 'theirs' }, bytesOf(5000));
    await theirs.putBlob({ name: 'deleted' }, bytesOf(5000));
    await theirs.delete('deleted');
    for (const size of [1000, 1000, 400]) await chunk(store, 'broken', size);
    expect(await found(store)).toMatchObject({ items: [], uploads: 0, underWay: 1, unsure: null });
    expect((await remove(store)).json()).toEqual({ uploads: 0, chunks: 0 });
    expect(await foundHastily(store)).toMatchObject({
      items: [{ nuid: 'broken', chunks: 3, bytes: 2400 }],
      uploads: 1,
      chunks: 3,
      underWay: 0,
    });
    expect((await removeHastily(store)).json()).toEqual({ uploads: 1, chunks: 3 });
    expect((await foundHastily(store)).uploads).toBe(0);
    expect((await world.download(store, 'kept')).body.equals(bytesOf(300_000))).toBe(true);
    expect((await world.download(store, 'theirs')).body.equals(bytesOf(5000))).toBe(true);
    const query = { action: 'object.remove_leftovers' };
    const { items } = await hasty.get(routes.listAudit, { query }, hasty.admin);
    expect(items[0]).toMatchObject({ status: 'success', changes: { after: { removed: { uploads: 1, chunks: 3 } } } });
  });
  it('are left where a description cannot be read', async () => {
    const store = await world.store();
    await world.jsm.jetstream().publish(`$O.${store}.M.bm9uZQ==`, 'no description', { retries: 20 });
    await chunk(store, 'whose', 10);
    expect((await foundHastily(store)).unsure).toContain('cannot be read');
    expect(parseProblem(await removeHastily(store))).toMatchObject({ status: 409, code: 'leftovers_unsure' });
    expect((await world.jsm.streams.info(`OBJ_${store}`)).state.messages).toBe(2);
  });

  it('are left in a store that takes from another one, whose descriptions may come later', async () => {
    const origin = await world.store();
    await chunk(origin, 'late', 10);
    const transform = { src: `$O.${origin}.C.>`, dest: '$O.copied.C.>' };
    const sources = [{ name: `OBJ_${origin}`, subject_transforms: [transform] }];
    await world.ask('STREAM.CREATE.OBJ_copied', {
      name: 'OBJ_copied',
      sources,
      allow_direct: true,
      allow_rollup_hdrs: true,
    });
    await eventually(async () => (await world.jsm.streams.info('OBJ_copied')).state.messages === 1);
    expect((await foundHastily('copied')).unsure).toContain('comes from other streams');
    expect((await removeHastily('copied')).status).toBe(409);
  });
  it('are all told where they are larger than one answer of the server', async () => {
    const store = await world.store();
    const size = 900_000;
    for (let i = 0; i < 80; i++) await chunk(store, `big${i}`, size);
    expect(await foundHastily(store)).toMatchObject({ uploads: 80, chunks: 80 });
  });
});

it('tells who watches of what is put, described and deleted, without their chunks', async () => {
  const store = await world.store();
  await world.put(store, { name: 'before' }, 'x');
  const events: ObjectWatchEvent[] = [];
  let rest = '';
  const path = apiBase + urlOf(routes.watchObjects, at(store).params, {});
  const req = http.get(
    new URL(path, world.api.url),
    { headers: Object.fromEntries(bearer(as())), agent: false },
    (res) =>
      res
        .setEncoding('utf8')
        .on('data', (text: string) => {
          const parts = (rest + text).split('\n\n');
          rest = parts.pop() ?? '';
          for (const part of parts) events.push(objectWatchEvent.parse(JSON.parse(part.slice('data: '.length))));
        })
        .on('error', () => undefined),
  );
  req.on('error', () => undefined);
  await eventually(() => events.some(({ type }) => type === 'watching'));
  // More chunks than one look takes in: they are no changes, and hide none.
  await world.put(store, { name: 'large', chunkBytes: 1024 }, bytesOf(3_000_000));
  const { revision } = await objectOf(store, 'large');
  await describeIt(store, { name: 'large', basedOn: revision, ...said });
  await (await world.theirs(store)).delete('large');
  const entries = () => events.flatMap((event) => (event.type === 'entry' ? [event.entry] : []));
  await eventually(() => entries().some(({ operation }) => operation === 'delete'));
  req.destroy();
  expect(entries().map(({ name, operation }) => [name, operation])).toEqual([
    ...entries()
      .slice(0, -1)
      .map(() => ['large', 'put']),
    ['large', 'delete'],
  ]);
  expect(events.some(({ type }) => type === 'skipped')).toBe(false);
});
