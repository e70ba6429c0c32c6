import { randomUUID } from 'node:crypto';
import { apiBase, retryEvent, retryPlanEvent, routes, urlOf } from '@jetstream-console/contract';
import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer } from '../setup/http';
import { makePerson } from '../setup/people';
import { eventually } from '../setup/wait';
import { giveUp, makeMail, openLetterWorld, type LetterWorld } from './world';

let world: LetterWorld;
beforeAll(async () => {
  world = await openLetterWorld();
  await world.collect();
});
afterAll(() => world?.stop());

const cluster = () => ({ clusterId: world.clusterId });
const at = (letter: string) => ({ ...cluster(), letter });
/** Given-up messages of a stream of their own, in the order of their sequences. */
async function given(stream: string, messages: number, config: Record<string, unknown> = {}, why: string | null = 'x') {
  await makeMail(world, stream, messages, config, why === null ? 200 : undefined);
  await giveUp(world, stream, messages, why);
  const found = await world.until(messages, { stream });
  return found.sort((a, b) => a.seq - b.seq).map(({ id }) => id);
}
const stored = async (stream: string, seq: number) => world.jsm.streams.getMessage(stream, { seq });
const retry = (letter: string, body: object = {}, who = world.api.admin) =>
  world.api.get(routes.retryDeadLetter, { params: at(letter), body }, who);
const refuse = (letter: string, body: object = {}, who = world.api.admin) =>
  world.api.refused(routes.retryDeadLetter, { params: at(letter), body }, who);
const eventsOf = <T>(text: string, schema: { parse(data: unknown): T }): T[] =>
  text
    .split('\n\n')
    .filter((block) => block.startsWith('data: '))
    .map((block) => schema.parse(JSON.parse(block.slice('data: '.length))));

describe('a retry', () => {
  it('publishes the message as it was, and says where it is stored', async () => {
    const [letter = ''] = await given('AGAIN', 1);
    const done = await retry(letter);
    expect(done).toMatchObject({
      state: 'retried',
      by: { name: expect.any(String) },
      retried: { stream: 'AGAIN', subject: 'AGAIN.out', seq: 2, duplicate: false, edited: false },
      failure: null,
    });
    const [first, second] = [await stored('AGAIN', 1), await stored('AGAIN', 2)];
    expect(second?.data).toEqual(first?.data);
    expect(second?.header?.get('Nats-Msg-Id')).toBe(`dead-letter-${letter}`);
    const { items } = await world.api.get(
      routes.listAudit,
      { query: { action: 'dead_letter.retry' } },
      world.api.admin,
    );
    expect(items[0]).toMatchObject({ status: 'success' });
  });

  it('is sent once by two clicks at the same moment, and not again by a third', async () => {
    const [letter = ''] = await given('CLICKS', 1);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        world.api.ask(routes.retryDeadLetter, { params: at(letter), body: {} }, world.api.admin),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(await refuse(letter)).toMatchObject({ status: 409, code: 'not_open' });
    expect((await world.jsm.streams.info('CLICKS')).state.messages).toBe(2);
    // Once more, for who says so.
    expect((await retry(letter, { again: true })).retried).toMatchObject({ seq: 3, duplicate: false });
  });

  it('sends what was edited in its place', async () => {
    const [letter = ''] = await given('EDITED', 1);
    const edit = {
      subject: 'EDITED.mended',
      payload: { encoding: 'text' as const, data: '{"n":"mended"}' },
      headers: [{ name: 'X-Why', value: 'typo' }],
    };
    expect(await retry(letter, { edit })).toMatchObject({
      state: 'retried',
      retried: { subject: 'EDITED.mended', edited: true, seq: 2 },
    });
    const message = await stored('EDITED', 2);
    expect(message?.string()).toBe('{"n":"mended"}');
    expect(message?.header?.get('X-Why')).toBe('typo');
  });

  it.each([
    ['a subject that no stream takes', { subject: 'nobody.takes.it' }, 422, /no stream of this account takes/],
    ['a subject with a wildcard', { subject: 'REFUSED.*' }, 400, /./],
    ['a header of the server', { headers: [{ name: 'Nats-Rollup', value: 'all' }] }, 400, /./],
    ['a payload beyond what the stream takes', { payload: { encoding: 'text', data: 'x'.repeat(2000) } }, 422, /bytes/],
  ])('refuses %s, and the letter stays open', async (_, edit, status, words) => {
    const known = await world.list({ stream: 'REFUSED' });
    const [letter = ''] =
      known.length > 0 ? known.map(({ id }) => id) : await given('REFUSED', 1, { max_msg_size: 1024 });
    const whole = { subject: 'REFUSED.out', payload: { encoding: 'text', data: 'x' }, headers: [], ...edit };
    const problem = await refuse(letter, { edit: whole });
    expect(problem.status).toBe(status);
    expect(problem.detail).toMatch(words);
    expect(await world.list({ stream: 'REFUSED' })).toMatchObject([{ state: 'open' }]);
    expect((await world.jsm.streams.info('REFUSED')).state.messages).toBe(1);
  });

  it('keeps the letter open with the reason where the stream refuses it at last', async () => {
    const [letter = ''] = await given('FULL', 1, { max_msgs: 1, discard: 'new' });
    expect((await refuse(letter)).detail).toMatch(/Nothing was published.*maximum messages/);
    expect(await world.list({ stream: 'FULL' })).toMatchObject([
      { state: 'open', failure: expect.stringContaining('maximum messages'), retried: null },
    ]);
  });

  it('that was edited says that it is not stored where an earlier try did arrive', async () => {
    const [letter = ''] = await given('ARRIVED', 1);
    await retry(letter);
    // As it is where the answer never came: nobody knows.
    await world.api.database.query(`update dead_letters set state = 'retrying', retried = null where id = $1`, [
      letter,
    ]);
    const edit = { subject: 'ARRIVED.out', payload: { encoding: 'text' as const, data: 'edited since' } };
    expect(await refuse(letter, { edit, again: true })).toMatchObject({
      status: 409,
      code: 'stored_before',
      detail: expect.stringContaining('as message 2'),
    });
    expect(await world.list({ stream: 'ARRIVED' })).toMatchObject([
      { state: 'retried', retried: { seq: 2, edited: false, duplicate: true } },
    ]);
    expect((await retry(letter, { edit, again: true })).retried).toMatchObject({ seq: 3, edited: true });
  });

  it('of a message that is gone says why, and sends an edited one', async () => {
    const [letter = ''] = await given('GONE', 1);
    await world.jsm.streams.purge('GONE');
    expect(await refuse(letter)).toMatchObject({ status: 409, code: 'message_gone' });
    const edit = { subject: 'GONE.out', payload: { encoding: 'text' as const, data: 'written anew' } };
    expect(await retry(letter, { edit })).toMatchObject({ state: 'retried', retried: { seq: 2 } });
  });

  it('takes the right to publish on that subject', async () => {
    const [letter = ''] = await given('RIGHTS', 1);
    const reader = await makePerson(world.api, 'reader');
    expect(await refuse(letter, {}, reader.token)).toMatchObject({ status: 403 });
    const operator = await makePerson(world.api, 'operator');
    expect(await retry(letter, {}, operator.token)).toMatchObject({ state: 'retried' });
  });
});

describe('many at once', () => {
  const plan = async (body: object) => {
    const answer = await world.api.ask(routes.planDeadLetterRetry, { params: cluster(), body }, world.api.admin);
    const events = eventsOf(answer.text, retryPlanEvent);
    expect(events[0]).toMatchObject({ type: 'progress', looked: 0 });
    const last = events.at(-1);
    if (last?.type !== 'end') throw new Error(`the plan did not come to its end: ${answer.text}`);
    return last.plan;
  };
  const run = async (body: object) => {
    const answer = await world.api.ask(
      routes.retryDeadLetters,
      { params: cluster(), body: { run: randomUUID(), ...body } },
      world.api.admin,
    );
    expect(answer.status, answer.text).toBe(200);
    const last = eventsOf(answer.text, retryEvent).at(-1);
    expect(last?.type).toBe('end');
    return last?.account;
  };

  it('are counted before anything is sent: what would go, and what is gone', async () => {
    const [first = ''] = await given('PLAN', 5);
    await world.jsm.streams.deleteMessage('PLAN', 2);
    expect(await plan({ stream: 'PLAN' })).toMatchObject({
      messages: 4,
      fromCopies: 0,
      left: [{ letters: 1, reason: expect.stringContaining('gone') }],
      beyond: 0,
    });
    expect(await plan({ stream: 'PLAN', ids: [first] })).toMatchObject({ messages: 1, left: [] });
    expect((await world.jsm.streams.info('PLAN')).state.last_seq).toBe(5);
  });

  it('are not counted on when whoever asked has gone', async () => {
    const many = 400;
    const put = async (stream: string) => {
      await world.jsm.streams.add({ name: stream, subjects: [`${stream}.>`] });
      await Promise.all(Array.from({ length: many }, () => world.js.publish(`${stream}.out`, 'x', { retries: 20 })));
      await world.api.database.query(
        `insert into dead_letters (org_id, cluster_id, advisory_id, reason, stream, consumer, seq, at)
         select $1, $2, $3 || n, 'terminated', $3, 'worker', n, now() from generate_series(1, $4::int) n`,
        [world.api.organizationId, world.clusterId, stream, many],
      );
    };
    await Promise.all([put('LEFT'), put('STAYED')]);
    const read = { LEFT: 0, STAYED: 0 };
    for (const stream of ['LEFT', 'STAYED'] as const)
      world.nc.subscribe(`$JS.API.STREAM.MSG.GET.${stream}`, { callback: () => void read[stream]++ });
    await world.nc.flush();
    const left = await world.api.send({
      method: 'POST',
      path: apiBase + urlOf(routes.planDeadLetterRetry, cluster(), {}),
      headers: [...bearer(world.api.admin), ['content-type', 'application/json']],
      body: JSON.stringify({ stream: 'LEFT' }),
      until: (text) => text.includes('progress'),
    });
    expect(eventsOf(left.text, retryPlanEvent)).toMatchObject([{ type: 'progress', looked: 0, of: many }]);
    // Each of the other one's is read meanwhile: had the first gone on, it would have come to its end before.
    expect(await plan({ stream: 'STAYED' })).toMatchObject({ messages: many });
    await world.nc.flush();
    expect(read.STAYED).toBe(many);
    expect(read.LEFT).toBeLessThan(many);
  });

  it('are sent in the order of the stream, each with its outcome, and the account is found again', async () => {
    await given('BULK', 6);
    await world.jsm.streams.deleteMessage('BULK', 3);
    const id = randomUUID();
    const account = await run({ stream: 'BULK', run: id });
    expect(account).toEqual({
      run: id,
      letters: 6,
      retried: 5,
      duplicates: 0,
      refused: 1,
      unknown: 0,
      untouched: 0,
      why: 'end',
      failure: null,
    });
    const sent = await Promise.all([7, 8, 9, 10, 11].map(async (seq) => (await stored('BULK', seq))?.string()));
    expect(sent).toEqual([1, 2, 4, 5, 6].map((n) => JSON.stringify({ n })));
    expect(
      await world.api.get(routes.getDeadLetterRun, { params: { ...cluster(), run: id } }, world.api.admin),
    ).toMatchObject({ letters: 6, retried: 5, refused: 1 });
    expect(
      await world.api.refused(
        routes.retryDeadLetters,
        { params: cluster(), body: { stream: 'BULK', run: id } },
        world.api.admin,
      ),
    ).toMatchObject({ status: 409, code: 'run_exists' });
    // Once more sends nothing but what is still open, and that is gone.
    expect(await run({ stream: 'BULK' })).toMatchObject({ letters: 1, retried: 0, refused: 1 });
  });

  it('are sent once where several consumers gave up the same message', async () => {
    await given('SHARED', 2);
    const rows = await world.list({ stream: 'SHARED' });
    await world.letters.write(
      { organizationId: world.api.organizationId, clusterId: world.clusterId },
      rows.map((letter) => ({
        ...letter,
        consumer: 'other',
        advisoryId: randomUUID(),
        at: new Date(letter.at),
        created: null,
      })),
      { id: randomUUID(), kind: 'listener', since: new Date(), until: new Date() },
    );
    await world.api.database.query(
      `update dead_letters set stream_created = (select max(stream_created) from dead_letters where stream = 'SHARED') where stream = 'SHARED'`,
    );
    const planned = await plan({ stream: 'SHARED' });
    expect(planned).toMatchObject({ messages: 2, notes: [expect.stringContaining('4 dead letters are of these')] });
    expect(await run({ stream: 'SHARED' })).toMatchObject({ letters: 4, retried: 4, duplicates: 2, unknown: 0 });
    expect((await world.jsm.streams.info('SHARED')).state.messages).toBe(4);
  });

  it('stop when the connection is closed, and no letter is half done', async () => {
    await given('STOPPED', 50);
    const answer = await world.api.send({
      method: 'POST',
      path: apiBase + urlOf(routes.retryDeadLetters, cluster(), {}),
      headers: [...bearer(world.api.admin), ['content-type', 'application/json']],
      body: JSON.stringify({ stream: 'STOPPED', run: randomUUID(), perSecond: 5 }),
      until: (text) => /"retried":[1-9]/.test(text),
    });
    expect(eventsOf(answer.text, retryEvent)[0]?.type).toBe('progress');
    const counts = async () => {
      const states = (await world.list({ stream: 'STOPPED' })).map(({ state }) => state);
      return { retried: states.filter((s) => s === 'retried').length, open: states.filter((s) => s === 'open').length };
    };
    const { items } = await eventually(async () => {
      const found = await world.api.get(
        routes.listAudit,
        { query: { action: 'dead_letter.retry_many', limit: 1 } },
        world.api.admin,
      );
      return found.items[0]?.status !== 'pending' && found;
    });
    const { retried, open } = await counts();
    expect(retried + open).toBe(50);
    expect(open).toBeGreaterThan(0);
    expect((await world.jsm.streams.info('STOPPED')).state.messages).toBe(50 + retried);
    expect(items[0]?.action).toBe('dead_letter.retry_many');
  });
});

describe('letters that are done with', () => {
  const mark = (body: object, who = world.api.admin) =>
    world.api.get(routes.markDeadLetters, { params: cluster(), body: { as: 'dropped', ...body } }, who);

  it('are dropped and opened again, and no message is touched', async () => {
    const [letter = ''] = await given('DROPPED', 3);
    expect(await mark({ ids: [letter] })).toEqual({ marked: 1 });
    expect(await refuse(letter)).toMatchObject({ status: 409, detail: expect.stringContaining('dropped') });
    expect(await mark({ stream: 'DROPPED' })).toEqual({ marked: 2 });
    expect(await world.list({ stream: 'DROPPED', state: 'open' })).toEqual([]);
    expect(await mark({ stream: 'DROPPED', as: 'open' })).toEqual({ marked: 3 });
    expect((await world.jsm.streams.info('DROPPED')).state.messages).toBe(3);
  });

  it('have their originals deleted, by name, and what was open is dropped', async () => {
    const letters = await given('ORIGINALS', 3, { retention: 'workqueue' }, null);
    const [first = ''] = letters;
    const { notes } = await world.api.get(routes.getDeadLetterMessage, { params: at(first) }, world.api.admin);
    expect(notes).toEqual([expect.stringContaining('work queue')]);
    await retry(first);
    const remove = (confirm: string) => ({ params: cluster(), body: { ids: letters, confirm } });
    const route = routes.deleteDeadLetterOriginals;
    expect(await world.api.refused(route, remove('OTHER'), world.api.admin)).toMatchObject({ status: 400 });
    await world.jsm.streams.deleteMessage('ORIGINALS', 3);
    expect(await world.api.get(route, remove('ORIGINALS'), world.api.admin)).toEqual({
      deleted: 2,
      gone: 1,
      refused: [],
    });
    // The retried one stays, and is to be worked on.
    expect((await world.jsm.streams.info('ORIGINALS')).state).toMatchObject({ messages: 1, first_seq: 4 });
    const states = (await world.list({ stream: 'ORIGINALS' })).map(({ state, originalDeleted }) => [
      state,
      originalDeleted,
    ]);
    expect(states.sort()).toEqual([
      ['dropped', true],
      ['dropped', true],
      ['retried', true],
    ]);
  });
});

describe('copies', () => {
  const keep = (streams: string[], megabytes = 64) =>
    world.api.get(
      routes.putDeadLetterKeeping,
      { params: cluster(), body: { streams, days: 30, megabytes } },
      world.api.admin,
    );

  it('outlive their stream where they are wanted, byte by byte, and a retry sends them', async () => {
    await keep(['KEPT*']);
    await world.jsm.streams.add({ name: 'KEPT', subjects: ['KEPT.>'] });
    await world.jsm.consumers.add('KEPT', { durable_name: 'worker', ack_policy: 'explicit', max_deliver: 1 });
    const bytes = Uint8Array.from([0, 255, 13, 10, 128, 1]);
    const h = headers();
    h.append('X-Nul', 'a\u0000b');
    h.append('X-Twice', 'one');
    h.append('X-Twice', 'two');
    await world.js.publish('KEPT.out', bytes, { headers: h, retries: 20 });
    await giveUp(world, 'KEPT', 1, 'kept');
    const letter = await eventually(async () => (await world.list({ stream: 'KEPT' }))[0]?.copy === 'kept').then(
      async () => (await world.list({ stream: 'KEPT' }))[0]?.id ?? '',
    );
    await world.jsm.streams.purge('KEPT');
    const read = await world.api.get(routes.getDeadLetterMessage, { params: at(letter) }, world.api.admin);
    expect(read).toMatchObject({ from: 'copy', gone: expect.stringContaining('left the stream') });
    expect(read.message?.payload.base64).toBe(Buffer.from(bytes).toString('base64'));
    await retry(letter);
    const sent = await stored('KEPT', 2);
    expect(Buffer.from(sent?.data ?? [])).toEqual(Buffer.from(bytes));
    expect(sent?.header?.values('X-Twice')).toEqual(['one', 'two']);
    expect(sent?.header?.get('X-Nul')).toBe('a\u0000b');
    const summary = await world.api.get(routes.getDeadLetterSummary, { params: cluster() }, world.api.admin);
    expect(summary.keep).toMatchObject({ streams: ['KEPT*'], copies: 1 });
    expect(summary.keep.usedBytes).toBeGreaterThan(bytes.length);
  });

  it('stop at their bound, and the letter says so', async () => {
    await keep(['BOUND'], 1);
    await world.jsm.streams.add({ name: 'BOUND', subjects: ['BOUND.>'] });
    await world.jsm.consumers.add('BOUND', { durable_name: 'worker', ack_policy: 'explicit', max_deliver: 1 });
    for (let n = 0; n < 3; n++) await world.js.publish('BOUND.out', Buffer.alloc(400_000, n), { retries: 20 });
    await giveUp(world, 'BOUND', 3, 'large');
    const found = await eventually(async () => {
      const list = await world.list({ stream: 'BOUND' });
      return list.length === 3 && list.every(({ copy }) => copy !== 'wanted') && list;
    });
    expect(found.map(({ copy }) => copy).sort()).toEqual(['full', 'kept', 'kept']);
    await keep([]);
  });
});
