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
import { parseProblem, startTestApi } from '../setup/api';
import { bearer } from '../setup/http';
import { eventually } from '../setup/wait';
import { bytesOf, startObjectWorld, type ObjectWorld } from './world';

let world: ObjectWorld;
/** The api's clock, so that an hour passes when a test says so. */
let ahead = 0;
beforeAll(async () => {
  const api = await startTestApi({ now: () => Date.now() + ahead });
  world = await startObjectWorld(undefined, api);
});
afterAll(async () => {
  await world?.stop();
  await world?.api.stop();
});
const at = (store: string) => ({ params: { clusterId: world.clusterId, store } });
const as = () => world.api.admin;
const objectOf = async (store: string, name: string) =>
  (await world.api.get(routes.getObject, { ...at(store), query: { name } }, as())).object;
const said = { description: 'the plan', metadata: { team: 'a' }, headers: { 'Content-Type': ['text/plain'] } };
const describeIt = (store: string, body: BodyIn<Routes['describeObject']>) =>
  world.api.ask(routes.describeObject, { ...at(store), body }, as());

describe('what is said of an object', () => {
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
    const cleared = { name: 'müll', basedOn: object.revision, description: '', metadata: {}, headers: {} };
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
    ahead = 3_600_000 + 60_000;
    try {
      expect(await found(store)).toMatchObject({
        items: [{ nuid: 'broken', chunks: 3, bytes: 2400 }],
        uploads: 1,
        chunks: 3,
        underWay: 0,
      });
      expect((await remove(store)).json()).toEqual({ uploads: 1, chunks: 3 });
      expect((await found(store)).uploads).toBe(0);
    } finally {
      ahead = 0;
    }
    expect((await world.download(store, 'kept')).body.equals(bytesOf(300_000))).toBe(true);
    expect((await world.download(store, 'theirs')).body.equals(bytesOf(5000))).toBe(true);
    const { items } = await world.api.get(routes.listAudit, { query: { action: 'object.remove_leftovers' } }, as());
    expect(items[0]).toMatchObject({ status: 'success', changes: { after: { removed: { uploads: 1, chunks: 3 } } } });
  });
  it('are left where a description cannot be read', async () => {
    const store = await world.store();
    await world.jsm.jetstream().publish(`$O.${store}.M.bm9uZQ==`, 'no description', { retries: 20 });
    await chunk(store, 'whose', 10);
    expect((await found(store)).unsure).toContain('cannot be read');
    expect(parseProblem(await remove(store))).toMatchObject({ status: 409, code: 'leftovers_unsure' });
    expect((await world.jsm.streams.info(`OBJ_${store}`)).state.messages).toBe(2);
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
