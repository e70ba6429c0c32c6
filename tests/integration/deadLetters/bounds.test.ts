import { routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeWorkerStore } from '../../../backend/server/src/jetstream/deadLetters/workerStore';
import { openPg } from '../../../backend/server/src/platform/pg';
import { silent } from '../metrics/pipeline';
import { addCluster } from '../setup/clusters';
import { eventually } from '../setup/wait';
import { giveUp, makeMail, openLetterWorld, type LetterWorld } from './world';

let world: LetterWorld;
beforeAll(async () => {
  const denied = ['$JS.API.STREAM.MSG.GET.UNREADABLE', '$JS.API.DIRECT.GET.UNREADABLE'];
  world = await openLetterWorld({
    config: `authorization { users: [{ user: app, password: app, permissions: { publish: { allow: ">", deny: ${JSON.stringify(denied)} } } }] }
no_auth_user: app`,
  });
});
afterAll(() => world?.stop());

describe('copies of other dead letters are saved', () => {
  const keep = (streams: string[]) =>
    world.api.get(
      routes.putDeadLetterKeeping,
      { params: { clusterId: world.clusterId }, body: { streams, days: 30, megabytes: 64 } },
      world.api.admin,
    );
  const copies = async (stream: string) => (await world.list({ stream })).map(({ copy }) => copy);

  it('though more than one reading of them cannot be read', async () => {
    await keep(['UNREADABLE', 'READABLE']);
    const running = await world.collect();
    // Given up before the others, so that they are tried first.
    await makeMail(world, 'UNREADABLE', 60);
    await giveUp(world, 'UNREADABLE', 60, 'x');
    await world.until(60, { stream: 'UNREADABLE' });
    await makeMail(world, 'READABLE', 1);
    await giveUp(world, 'READABLE', 1, 'x');
    await eventually(async () => (await copies('READABLE'))[0] === 'kept');
    expect(new Set(await copies('UNREADABLE'))).toEqual(new Set(['wanted']));
    await running.stop();
  });

  it('though one of them cannot be stored', async () => {
    await keep(['STRANGE']);
    const running = await world.collect();
    await makeMail(world, 'STRANGE', 1);
    // Servers take any byte but spaces in a subject; PostgreSQL has no NUL in a text.
    await world.js.publish('STRANGE.a\u0000b', 'odd', { retries: 20 });
    await giveUp(world, 'STRANGE', 2, 'x');
    await world.until(2, { stream: 'STRANGE' });
    const found = await eventually(async () => {
      const list = await world.list({ stream: 'STRANGE' });
      return list.every(({ copy }) => copy !== 'wanted') && list;
    });
    expect(found.map(({ seq, copy }) => [seq, copy]).sort()).toEqual([
      [1, 'kept'],
      [2, 'unfit'],
    ]);
    await running.stop();
  });
});

describe('beyond the bound on letters', () => {
  const put = (clusterId: string, stream: string, states: readonly string[]) =>
    world.api.database.query(
      `insert into dead_letters (org_id, cluster_id, advisory_id, reason, stream, consumer, seq, at, heard_at, state)
       select $1, $2, $3 || n, 'terminated', $3, 'worker', n, now(), now() + n * interval '1 second', state
       from unnest($4::text[]) with ordinality as given (state, n)`,
      [world.api.organizationId, clusterId, stream, states],
    );
  const left = async (clusterId: string) => {
    const rows = await world.api.database.query<{ seq: string; state: string }>(
      `select seq, state from dead_letters where cluster_id = $1 order by seq`,
      [clusterId],
    );
    return rows.map(({ seq, state }) => `${seq} ${state}`);
  };

  it('what is done with goes before what is open, what was heard first before the rest, and no other cluster is touched', async () => {
    const [mixed, open, few] = await Promise.all([1, 2, 3].map(() => addCluster(world.api, [world.server.url])));
    if (mixed === undefined || open === undefined || few === undefined) throw new Error('three were made');
    await put(mixed, 'MIXED', ['open', 'retried', 'dropped', 'retrying', 'open', 'retried', 'dropped']);
    await put(open, 'OPEN', ['open', 'open', 'open', 'open', 'retrying', 'open', 'dropped']);
    await put(few, 'FEW', ['retried', 'dropped', 'dropped']);
    const pg = await openPg(world.api.config, silent);
    try {
      await makeWorkerStore(pg, { days: 90, letters: 4 }).sweep(Date.now());
    } finally {
      await pg.close();
    }
    expect(await left(mixed)).toEqual(['1 open', '4 retrying', '5 open', '7 dropped']);
    expect(await left(open)).toEqual(['3 open', '4 open', '5 retrying', '6 open']);
    expect(await left(few)).toEqual(['1 retried', '2 dropped', '3 dropped']);
  });
});
