import http from 'node:http';
import {
  apiBase,
  routes,
  urlOf,
  watchEvent,
  type QueryIn,
  type Routes,
  type WatchEvent,
} from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi } from '../setup/api';
import { bearer } from '../setup/http';
import { makePerson, makeScopedPerson } from '../setup/people';
import { eventually } from '../setup/wait';
import { startKvWorld, type KvWorld } from './world';

let world: KvWorld;
/** The api's clock, so that half a minute passes when a test says so. */
let ahead = 0;
beforeAll(async () => {
  const api = await startTestApi({ now: () => Date.now() + ahead });
  world = await startKvWorld(undefined, api);
});
afterAll(async () => {
  await world?.stop();
  await world?.api.stop();
});

/** What a watcher has been told so far; `ended` once the answer is over. */
function watch(bucket: string, query: QueryIn<Routes['watchKeys']> = {}, who = world.api.admin) {
  const events: WatchEvent[] = [];
  const state = { ended: false };
  let rest = '';
  const path = apiBase + urlOf(routes.watchKeys, { clusterId: world.clusterId, bucket }, query);
  const req = http.get(
    new URL(path, world.api.url),
    { headers: Object.fromEntries(bearer(who)), agent: false },
    (res) => {
      res.setEncoding('utf8').on('data', (text: string) => {
        const parts = (rest + text).split('\n\n');
        rest = parts.pop() ?? '';
        for (const part of parts) events.push(watchEvent.parse(JSON.parse(part.slice('data: '.length))));
      });
      res.on('end', () => {
        state.ended = true;
      });
      res.on('error', () => undefined);
    },
  );
  req.on('error', () => undefined);
  return {
    events,
    state,
    keys: () => events.flatMap((event) => (event.type === 'entry' ? [event.entry.key] : [])),
    ready: () => eventually(() => events.some(({ type }) => type === 'watching')),
    stop: () => req.destroy(),
  };
}

it('tells of values, deletions and purges as they come, under a prefix alone', async () => {
  const bucket = await world.bucket({ max_msgs_per_subject: 5 });
  await world.stored(bucket, 'eu.before', 'x');
  const kv = await world.kvm.open(bucket);
  const watcher = watch(bucket, { prefix: 'eu.' });
  await watcher.ready();
  await kv.put('eu.a', '1');
  await kv.put('us.a', 'hidden by the prefix');
  await kv.delete('eu.a');
  await kv.purge('eu.b');
  await eventually(() => watcher.keys().length >= 3);
  watcher.stop();
  const entries = watcher.events.flatMap((event) => (event.type === 'entry' ? [event.entry] : []));
  expect(entries.map(({ key, operation }) => [key, operation])).toEqual([
    ['eu.a', 'put'],
    ['eu.a', 'delete'],
    ['eu.b', 'purge'],
  ]);
});

it('goes on behind the revision that was seen last', async () => {
  const bucket = await world.bucket({ max_msgs_per_subject: 10 });
  const first = await world.stored(bucket, 'a', '1');
  await world.stored(bucket, 'b', '2');
  const watcher = watch(bucket, { after: first });
  await eventually(() => watcher.keys().length >= 1);
  expect(watcher.keys()).toEqual(['b']);
  await world.stored(bucket, 'c', '3');
  await eventually(() => watcher.keys().includes('c'));
  watcher.stop();
});

it('leaves out what nobody could read, and says how much', async () => {
  const bucket = await world.bucket();
  const watcher = watch(bucket);
  await watcher.ready();
  const kv = await world.kvm.open(bucket);
  await Promise.all(Array.from({ length: 500 }, (_, i) => kv.put(`k${i}`, String(i))));
  await eventually(() => watcher.events.some(({ type }) => type === 'skipped'));
  watcher.stop();
  const skipped = watcher.events.flatMap((event) => (event.type === 'skipped' ? [event.changes] : []));
  expect(skipped.reduce((sum, n) => sum + n, 0) + watcher.keys().length).toBeLessThanOrEqual(500);
});

describe('who watches', () => {
  it('sees the keys that they may read, and no others', async () => {
    const bucket = await world.bucket();
    const person = await makeScopedPerson(world.api, 'reader', {
      kind: 'cluster',
      clusterId: world.clusterId,
      namePattern: bucket,
      subjectPattern: 'eu.>',
    });
    const watcher = watch(bucket, {}, person.token);
    await watcher.ready();
    await world.stored(bucket, 'us.secret', 'hidden');
    await world.stored(bucket, 'eu.open', 'shown');
    await eventually(() => watcher.keys().includes('eu.open'));
    watcher.stop();
    expect(watcher.keys()).toEqual(['eu.open']);
  });
  it.each(['role', 'session'] as const)('and loses the %s is told no more', async (what) => {
    const bucket = await world.bucket();
    const person = await makePerson(world.api, 'reader');
    const watcher = watch(bucket, {}, person.token);
    await watcher.ready();
    if (what === 'session') await world.api.ask(routes.logout, {}, person.token);
    else {
      const { items } = await world.api.get(routes.listBindings, {}, world.api.admin);
      const bindingId = items.find(({ subject }) => subject.id === person.id)?.id ?? '';
      await world.api.get(routes.deleteBinding, { params: { bindingId } }, world.api.admin);
    }
    ahead += 31_000;
    await eventually(() => watcher.state.ended);
    expect(watcher.events.at(-1)).toMatchObject({ type: 'error' });
    await world.stored(bucket, 'after', 'hidden');
    expect(watcher.keys()).toEqual([]);
  });
  it('of a bucket that is not there is refused before anything is told', async () => {
    expect(
      (
        await world.api.refused(
          routes.watchKeys,
          { params: { clusterId: world.clusterId, bucket: 'none' } },
          world.api.admin,
        )
      ).status,
    ).toBe(404);
  });
});
