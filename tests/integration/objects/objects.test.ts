import { createHash } from 'node:crypto';
import http from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { routes, verifyEvent } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseProblem } from '../setup/api';
import { bearer } from '../setup/http';
import { makePerson, makeScopedPerson } from '../setup/people';
import { eventually } from '../setup/wait';
import { bytesOf, startObjectWorld, type ObjectWorld } from './world';

let world: ObjectWorld;
beforeAll(async () => {
  world = await startObjectWorld();
});
afterAll(async () => {
  await world?.stop();
});
const at = (store: string) => ({ params: { clusterId: world.clusterId, store } });
const as = () => world.api.admin;
const state = async (store: string) => (await world.jsm.streams.info(`OBJ_${store}`)).state;
const digestOf = (bytes: Buffer) => `SHA-256=${createHash('sha256').update(bytes).digest('base64url')}=`;
const read = async (store: string, name: string) => {
  const found = await (await world.theirs(store)).get(name);
  return found === null ? null : buffer(Readable.fromWeb(Object(found.data)));
};
const list = async (store: string, query = {}) =>
  (await world.api.get(routes.listObjects, { ...at(store), query }, as())).items;
const audited = async (action: string) => (await world.api.get(routes.listAudit, { query: { action } }, as())).items[0];
const verify = async (store: string, name: string) =>
  (await world.api.ask(routes.verifyObject, { ...at(store), query: { name } }, as())).text
    .split('\n\n')
    .filter((part) => part.startsWith('data: '))
    .map((part) => verifyEvent.parse(JSON.parse(part.slice(6))))
    .at(-1);

describe('an object that is put here', () => {
  it.each(['report.pdf', 'a/b/../c%2F.txt', ' with space', '..', 'x'.repeat(900)])(
    'is read by other clients as it is: %s',
    async (name) => {
      const store = await world.store();
      const content = bytesOf(400_001);
      const answer = await world.put(store, { name, description: 'said so' }, content);
      const { object, replaced } = routes.uploadObject.response.parse(answer.json());
      expect(object).toMatchObject({ name, size: 400_001, chunks: 4, digest: digestOf(content), link: null });
      expect(replaced).toBe(false);
      expect(await (await world.theirs(store)).info(name)).toMatchObject({
        name,
        description: 'said so',
        bucket: store,
        size: 400_001,
        chunks: 4,
        digest: digestOf(content),
      });
      expect((await read(store, name))?.equals(content)).toBe(true);
      const down = await world.download(store, name);
      expect(down).toMatchObject({ status: 200, complete: true });
      expect(down.body.equals(content)).toBe(true);
      expect(down.headers['repr-digest']).toBe(`sha-256=:${createHash('sha256').update(content).digest('base64')}:`);
      expect(down.headers['content-disposition']).toMatch(/^attachment; filename="/);
      expect((await list(store)).map((item) => item.name)).toEqual([name]);
    },
  );
  it('has a name in UTF-8, as the nats command and most clients write it, and one of nats.js is found as well', async () => {
    const store = await world.store();
    await world.put(store, { name: 'naïve ☃' }, 'mine');
    const subject = `$O.${store}.M.${Buffer.from('naïve ☃', 'utf8').toString('base64url')}==`;
    expect((await world.jsm.streams.getMessage(`OBJ_${store}`, { last_by_subj: subject }))?.json()).toMatchObject({
      name: 'naïve ☃',
    });
    await (await world.theirs(store)).putBlob({ name: 'müll' }, Buffer.from('theirs'));
    expect((await list(store)).map(({ name }) => name)).toEqual(['müll', 'naïve ☃']);
    expect((await world.download(store, 'müll')).body.toString()).toBe('theirs');
    await world.put(store, { name: 'müll' }, 'replaced');
    expect((await read(store, 'müll'))?.toString()).toBe('replaced');
  });
  it.each([0, 1, 1024, 1025, 131_072])('has the chunks that it takes, with %i bytes', async (size) => {
    const store = await world.store();
    const content = bytesOf(size);
    expect((await world.put(store, { name: 'a', chunkBytes: 1024 }, content)).status).toBe(200);
    expect((await read(store, 'a'))?.equals(content)).toBe(true);
    expect((await world.download(store, 'a')).body.equals(content)).toBe(true);
    expect(await verify(store, 'a')).toMatchObject({
      type: 'end',
      whole: true,
      bytes: size,
      chunks: Math.ceil(size / 1024),
    });
  });
  it('replaces what was there, and its content goes', async () => {
    const store = await world.store();
    await world.put(store, { name: 'a' }, bytesOf(300_000));
    const second = bytesOf(200_000);
    const answer = await world.put(store, { name: 'a' }, second);
    expect(answer.json()).toMatchObject({ replaced: true, left: null });
    expect((await read(store, 'a'))?.equals(second)).toBe(true);
    expect((await state(store)).messages).toBe(3);
    expect(await audited('object.put')).toMatchObject({
      status: 'success',
      changes: { before: { name: 'a', size: 300_000 }, after: { size: 200_000, digest: digestOf(second) } },
    });
    expect(parseProblem(await world.put(store, { name: 'a', replace: 'false' }, 'x'))).toMatchObject({
      status: 409,
      code: 'object_exists',
    });
  });
  it('with another digest than was said leaves nothing', async () => {
    const store = await world.store();
    const wrong = digestOf(Buffer.from('other'));
    expect(parseProblem(await world.put(store, { name: 'a', digest: wrong }, 'content'))).toMatchObject({
      status: 422,
      code: 'digest_mismatch',
    });
    expect((await state(store)).messages).toBe(0);
    const right = { name: 'a', digest: digestOf(Buffer.from('content')) };
    expect((await world.put(store, right, 'content')).status).toBe(200);
  });
  it('that breaks off leaves nothing, and what was there stays', async () => {
    const store = await world.store();
    const first = bytesOf(10_000);
    await world.put(store, { name: 'a' }, first);
    const req = http.request(world.urlOf(routes.uploadObject, store, { name: 'a' }), {
      method: 'PUT',
      agent: false,
      headers: { ...Object.fromEntries(bearer(as())), 'content-length': 50_000_000 },
    });
    const failed = new Promise<Error>((resolve) => req.on('error', resolve));
    req.write(bytesOf(3_000_000));
    await eventually(async () => (await state(store)).messages > 2);
    req.destroy();
    await failed;
    await eventually(async () => (await state(store)).messages === 2);
    expect((await read(store, 'a'))?.equals(first)).toBe(true);
    const record = await eventually(async () => {
      const found = await audited('object.put');
      return found?.status === 'failure' && found;
    });
    expect(record.changes).toMatchObject({ after: { name: 'a' } });
  });
  it('that the store has no room for is refused, and leaves nothing', async () => {
    const store = await world.store({ max_bytes: 1_000_000 });
    const problem = parseProblem(await world.put(store, { name: 'a' }, bytesOf(2_000_000)));
    expect(problem).toMatchObject({ status: 422, code: 'stream_full', nats: { errCode: 10077 } });
    expect((await state(store)).messages).toBe(0);
  });
  it('of two at once under one name is one of them, whole', async () => {
    const store = await world.store();
    const contents = [bytesOf(500_000), bytesOf(600_000).reverse()];
    const answers = await Promise.all(contents.map((content) => world.put(store, { name: 'a' }, content)));
    const won = answers.findIndex(({ status }) => status === 200);
    const kept = answers.every(({ status }) => status === 200) ? await read(store, 'a') : contents[won];
    expect((await read(store, 'a'))?.equals(kept ?? Buffer.alloc(0))).toBe(true);
    expect(await verify(store, 'a')).toMatchObject({ whole: true });
    const { chunks } = (await list(store))[0] ?? { chunks: 0 };
    expect((await state(store)).messages).toBe(chunks + 1);
  });
});

describe('an object of another client', () => {
  it('is listed, told of, and comes byte for byte', async () => {
    const store = await world.store();
    const content = bytesOf(1_000_000);
    const theirs = await world.theirs(store);
    await theirs.put(
      {
        name: 'theirs.bin',
        description: 'from elsewhere',
        metadata: { team: 'a' },
        options: { max_chunk_size: 100_000 },
      },
      Object(Readable.toWeb(Readable.from([content]))),
    );
    const { object } = await world.api.get(routes.getObject, { ...at(store), query: { name: 'theirs.bin' } }, as());
    expect(object).toMatchObject({ size: 1_000_000, chunks: 10, chunkBytes: 100_000, metadata: { team: 'a' } });
    expect((await world.download(store, 'theirs.bin')).body.equals(content)).toBe(true);
    expect(await verify(store, 'theirs.bin')).toMatchObject({ whole: true, fault: null });
  });
  it('that they deleted is not there, and pages are full all the same', async () => {
    const store = await world.store();
    const theirs = await world.theirs(store);
    const names = Array.from({ length: 12 }, (_, i) => `f${String(i).padStart(2, '0')}`);
    for (const name of names) await theirs.putBlob({ name }, Buffer.from(name));
    for (const name of names.slice(0, 5)) await theirs.delete(name);
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await world.api.get(routes.listObjects, { ...at(store), query: { limit: 3, cursor } }, as());
      seen.push(...page.items.map(({ name }) => name));
      if (page.nextCursor === null) break;
      expect(page.items).toHaveLength(3);
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(names.slice(5));
    expect((await list(store, { search: 'F1' })).map(({ name }) => name)).toEqual(['f10', 'f11']);
    expect((await world.download(store, 'f00')).status).toBe(404);
  });
});

describe('a part of an object', () => {
  it.each([
    ['bytes=0-9', 0, 10],
    ['bytes=1000-2999', 1000, 3000],
    ['bytes=20000-', 20_000, 50_000],
    ['bytes=-1', 49_999, 50_000],
    ['bytes=1024-1024', 1024, 1025],
    ['bytes=49000-99999', 49_000, 50_000],
  ])('%s is that part, also where other uploads came between its chunks', async (range, from, to) => {
    const store = await world.store();
    const content = bytesOf(50_000);
    await world.put(store, { name: 'a', chunkBytes: 1024 }, content);
    const mixed = bytesOf(50_000).reverse();
    await Promise.all(['b', 'c'].map((name) => world.put(store, { name, chunkBytes: 1024 }, mixed)));
    for (const [name, whole] of [
      ['a', content],
      ['b', mixed],
    ] as const) {
      const part = await world.download(store, name, [['range', range]]);
      expect(part.status).toBe(206);
      expect(part.headers['content-range']).toBe(`bytes ${from}-${to - 1}/50000`);
      expect(part.body.equals(whole.subarray(from, to))).toBe(true);
    }
  });
  it('that is not in it is refused', async () => {
    const store = await world.store();
    await world.put(store, { name: 'a' }, 'abc');
    expect((await world.download(store, 'a', [['range', 'bytes=3-']])).status).toBe(416);
    expect((await world.download(store, 'a', [['range', 'lines=1-2']])).status).toBe(200);
  });
});

it('a download of what is not whole ends short of what was told', async () => {
  const store = await world.store();
  const content = bytesOf(400_000);
  await world.put(store, { name: 'broken' }, content);
  const { nuid } = (await (await world.theirs(store)).info('broken')) ?? { nuid: '' };
  await world.jsm.streams.purge(`OBJ_${store}`, { filter: `$O.${store}.C.${nuid}`, keep: 3 });
  const down = await world.download(store, 'broken');
  expect(down.complete).toBe(false);
  expect(down.body.length).toBeLessThan(content.length);
  expect(await verify(store, 'broken')).toMatchObject({ type: 'end', whole: false, said: digestOf(content) });
  const swapped = await world.store();
  await world.put(swapped, { name: 'a' }, 'abc');
  const info = await (await world.theirs(swapped)).info('a');
  await world.jsm.streams.purge(`OBJ_${swapped}`, { filter: `$O.${swapped}.C.${info?.nuid}` });
  await world.nc.request(`$O.${swapped}.C.${info?.nuid}`, 'abd', { timeout: 5000 });
  const small = await world.download(swapped, 'a');
  expect(small.status).toBe(502);
  expect(small.body.toString()).toMatch(/object_broken.*digest/);
  expect(await verify(swapped, 'a')).toMatchObject({
    whole: false,
    bytes: 3,
    fault: expect.stringContaining('digest'),
  });
});

describe('a link', () => {
  it('stands for an object of another store, for this and other clients', async () => {
    const [from, to] = [await world.store(), await world.store()];
    await world.put(to, { name: 'target' }, 'the content');
    const body = { name: 'shortcut', to: { store: to, name: 'target' } };
    const { object } = await world.api.get(routes.linkObject, { ...at(from), body }, as());
    expect(object.link).toEqual({ store: to, name: 'target' });
    expect((await read(from, 'shortcut'))?.toString()).toBe('the content');
    expect((await world.download(from, 'shortcut')).body.toString()).toBe('the content');
    const again = { name: 'twice', to: { store: from, name: 'shortcut' } };
    expect(await world.api.refused(routes.linkObject, { ...at(from), body: again }, as())).toMatchObject({
      code: 'links_to_link',
    });
    const nowhere = { name: 'x', to: { store: to, name: 'none' } };
    expect((await world.api.refused(routes.linkObject, { ...at(from), body: nowhere }, as())).status).toBe(404);
  });
  it('stands for a store, and hides no object', async () => {
    const [from, to] = [await world.store(), await world.store()];
    await world.api.get(routes.linkObject, { ...at(from), body: { name: 'all', to: { store: to } } }, as());
    expect((await (await world.theirs(from)).info('all'))?.options?.link).toMatchObject({ bucket: to });
    expect((await world.download(from, 'all')).status).toBe(422);
    await world.put(from, { name: 'file' }, 'x');
    const body = { name: 'file', to: { store: to } };
    expect(await world.api.refused(routes.linkObject, { ...at(from), body }, as())).toMatchObject({ status: 409 });
  });
  it('opens no store that its reader may not read', async () => {
    const [from, secret] = [await world.store(), await world.store()];
    await world.put(secret, { name: 'target' }, 'hidden');
    const body = { name: 'shortcut', to: { store: secret, name: 'target' } };
    await world.api.get(routes.linkObject, { ...at(from), body }, as());
    const person = await makeScopedPerson(world.api, 'editor', {
      kind: 'cluster',
      clusterId: world.clusterId,
      namePattern: from,
    });
    const down = await world.download(from, 'shortcut', [], person.token);
    expect(down.status).toBe(403);
    expect(down.body.toString()).not.toContain('hidden');
    const other = { ...body, name: 'mine' };
    expect((await world.api.refused(routes.linkObject, { ...at(from), body: other }, person.token)).status).toBe(403);
  });
});

describe('what is for good', () => {
  it('deletes an object with its content, by its name', async () => {
    const store = await world.store();
    await world.put(store, { name: 'a' }, bytesOf(300_000));
    const wrong = { name: 'a', confirm: 'b' };
    expect((await world.api.refused(routes.deleteObject, { ...at(store), body: wrong }, as())).code).toBe(
      'not_confirmed',
    );
    const body = { name: 'a', confirm: 'a' };
    expect(await world.api.get(routes.deleteObject, { ...at(store), body }, as())).toEqual({
      deleted: true,
      size: 300_000,
    });
    expect(await list(store)).toEqual([]);
    expect((await (await world.theirs(store)).info('a'))?.deleted).toBe(true);
    expect((await state(store)).messages).toBe(1);
    expect((await world.api.refused(routes.deleteObject, { ...at(store), body }, as())).status).toBe(404);
    await world.put(store, { name: 'a' }, 'again');
    expect((await read(store, 'a'))?.toString()).toBe('again');
  });
  it('seals a store: nothing more goes in or out', async () => {
    const store = await world.store();
    await world.put(store, { name: 'a' }, 'x');
    await world.api.get(routes.sealObjectStore, { ...at(store), body: { confirm: store } }, as());
    expect(parseProblem(await world.put(store, { name: 'b' }, 'x'))).toMatchObject({ status: 422, code: 'sealed' });
    const body = { name: 'a', confirm: 'a' };
    expect((await world.api.refused(routes.deleteObject, { ...at(store), body }, as())).code).toBe('sealed');
    expect((await world.api.get(routes.getObjectStore, at(store), as())).row.sealed).toBe(true);
  });
  it('deletes a store, and the list knows it at once', async () => {
    const store = await world.store();
    const names = async () =>
      (await world.api.get(routes.listObjectStores, { params: { clusterId: world.clusterId } }, as())).items.map(
        (row) => row.store,
      );
    expect(await names()).toContain(store);
    await world.api.get(routes.deleteObjectStore, { ...at(store), body: { confirm: store } }, as());
    expect(await names()).not.toContain(store);
  });
});

it('gives no name of an object to whoever may not read content', async () => {
  const store = await world.store();
  await world.put(store, { name: 'secret-plan.pdf' }, 'x');
  const viewer = await makePerson(world.api, 'viewer');
  expect((await world.api.get(routes.getObjectStore, at(store), viewer.token)).row.store).toBe(store);
  for (const route of [routes.listObjects, routes.getObject])
    expect(
      (await world.api.refused(route, { ...at(store), query: { name: 'secret-plan.pdf' } }, viewer.token)).status,
    ).toBe(403);
  expect((await world.put(store, { name: 'x' }, 'x', viewer.token)).status).toBe(403);
});

it('keeps the form that every client expects of a store', async () => {
  const store = await world.store();
  const { hash, config } = await world.api.get(routes.getObjectStoreConfig, at(store), as());
  expect(config).toMatchObject({ name: `OBJ_${store}`, allow_rollup_hdrs: true, allow_direct: true, discard: 'new' });
  for (const [field, value] of [
    ['max_msgs_per_subject', 1],
    ['subjects', ['other.>']],
    ['allow_rollup_hdrs', false],
    ['max_msgs', 5],
  ] as const) {
    const body = { basedOn: hash, change: { [field]: value } };
    expect(await world.api.refused(routes.updateObjectStore, { ...at(store), body }, as())).toMatchObject({
      status: 422,
      errors: [{ field: `body.change.${field}` }],
    });
  }
});
