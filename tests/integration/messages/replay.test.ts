import { routes, type BodyIn, type ReplayAccount, type Routes } from '@jetstream-console/contract';
import { jetstream } from '@nats-io/jetstream';
import { headers as natsHeaders } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeScopedPerson } from '../setup/people';
import { eventually } from '../setup/wait';
import { eventsOf, fill, into, replayUntil, stateOf, type ReplayBody as Body } from './replaying';
import { startMessageWorld, type MessageWorld } from './world';

let world: MessageWorld;
beforeAll(async () => {
  world = await startMessageWorld();
});
afterAll(async () => {
  await world?.stop();
});

async function replay(stream: string, body: Body, who = world.api.admin): Promise<ReplayAccount> {
  const answer = await world.api.ask(routes.replayMessages, { ...world.at(stream), body }, who);
  expect(answer.status, answer.text).toBe(200);
  const last = eventsOf(answer.text).at(-1);
  if (last?.type !== 'end') throw new Error(`no account at the end: ${answer.text.slice(-500)}`);
  return last.account;
}
const plan = (stream: string, body: BodyIn<Routes['planReplay']>) =>
  world.api.get(routes.planReplay, { ...world.at(stream), body }, world.api.admin);
const refused = (stream: string, body: Body, who = world.api.admin) =>
  world.api.refused(routes.replayMessages, { ...world.at(stream), body }, who);
const contents = async (stream: string) => {
  const found: string[] = [];
  const { first_seq, last_seq } = await stateOf(world, stream);
  for (let seq = Math.max(first_seq, 1); seq <= last_seq; seq++)
    found.push((await world.jsm.streams.getMessage(stream, { seq }))?.string() ?? '');
  return found;
};

describe.each([
  ['in batches', true],
  ['one by one', false],
])('from a stream read %s', (_, allow_direct) => {
  it('copies payloads and headers to the byte, in order, and leaves out what would command', async () => {
    const source = await world.stream({ allow_direct, allow_rollup_hdrs: true });
    const target = await world.stream();
    const js = jetstream(world.nc);
    const bytes = Uint8Array.from({ length: 256 }, (_v, i) => i);
    const headers = natsHeaders();
    headers.append('Trace', 'one');
    headers.append('trace', 'ä');
    headers.append('Trace', 'two');
    headers.append('Nats-Expected-Stream', source);
    await js.publish(`${source}.a`, bytes, { headers, msgID: 'id 1' });
    await fill(world, source, 3, 'b');
    const body = { to: into(target) };
    expect(await plan(source, body)).toMatchObject({
      messages: 4,
      refusals: [],
      fromSeq: 1,
      toSeq: 4,
      countedBy: expect.stringContaining(allow_direct ? 'DIRECT.GET' : 'reading'),
      examples: expect.arrayContaining([{ seq: 1, from: `${source}.a`, to: `${target}.${source}.a` }]),
    });
    expect((await stateOf(world, target)).messages).toBe(0);
    const account = await replay(source, body);
    expect(account).toMatchObject({
      copied: 4,
      duplicates: 0,
      why: 'end',
      failure: null,
      resume: null,
      unknown: [],
      targetFirstSeq: 1,
      targetLastSeq: 4,
      leftOut: { 'Nats-Expected-Stream': 1 },
    });
    const first = await world.jsm.streams.getMessage(target, { seq: 1 });
    expect(Buffer.from(first?.data ?? [])).toEqual(Buffer.from(bytes));
    expect([...(first?.header ?? [])]).toEqual([
      ['Trace', ['one', 'two']],
      ['trace', ['ä']],
      ['Nats-Msg-Id', ['id 1']],
      ['Nats-Expected-Stream', [target]],
    ]);
    expect((await contents(target)).slice(1)).toEqual(['1', '2', '3']);
    // A second run inside the duplicate window stores nothing twice.
    expect(await replay(source, body)).toMatchObject({ copied: 0, duplicates: 4 });
    expect(await replay(source, { ...body, messageIds: 'drop', fromSeq: 2, toSeq: 3 })).toMatchObject({ copied: 2 });
  });

  it('takes a range, a subject and what a filter finds', async () => {
    const source = await world.stream({ allow_direct });
    await fill(world, source, 20, 'a');
    await fill(world, source, 20, 'b');
    const copies = async (part: Omit<Body, 'to'>) => {
      const target = await world.stream();
      const account = await replay(source, {
        ...part,
        to: { stream: target, subject: { as: 'subject', subject: `${target}.x` } },
      });
      expect((await plan(source, { ...part, to: into(target) })).messages).toBe(account.copied);
      return contents(target);
    };
    expect(await copies({ fromSeq: 3, toSeq: 5 })).toEqual(['3', '4', '5']);
    expect(await copies({ subject: `${source}.b`, fromSeq: 39 })).toEqual([]);
    expect(await copies({ text: '7', limit: 3 })).toEqual(['7', '17']);
    expect(await copies({ fromSeq: 1000 })).toEqual([]);
  });
});

describe('messages that would go round', () => {
  it('are refused: into itself, by a source, by republishing', async () => {
    const source = await world.stream();
    await fill(world, source, 2);
    const same = { to: { stream: source, subject: { as: 'same' as const } } };
    expect((await plan(source, same)).refusals.join()).toContain('itself');
    expect(await refused(source, same)).toMatchObject({ status: 422, code: 'replay_refused' });
    const target = await world.stream({ republish: { src: '>', dest: `${source}.again.>` } });
    const problem = await refused(source, { to: into(target) });
    expect(problem).toMatchObject({ status: 422, code: 'replay_refused' });
    expect(problem.detail).toContain(`${target} → ${source}`);
    const middle = await world.stream();
    const drawing = await world.stream({ sources: [{ name: middle }] });
    expect((await refused(drawing, { to: into(middle) })).detail).toContain(`${middle} → ${drawing}`);
    expect((await stateOf(world, source)).messages).toBe(2);
    expect((await stateOf(world, target)).messages).toBe(0);
  });
});

it.each<[string, Record<string, unknown>, string]>([
  ['a mirror', { subjects: undefined, mirror: { name: 'ORIGIN' } }, 'mirror'],
  ['a stream that acknowledges nothing', { no_ack: true }, 'no_ack'],
  ['counters', { allow_msg_counter: true }, 'counters'],
])('refuses %s as a target before anything is sent', async (_, config, word) => {
  await world.ask('STREAM.CREATE.ORIGIN', { name: 'ORIGIN', subjects: ['origin.>'] });
  const source = await world.stream();
  await fill(world, source, 1);
  const target = await world.stream(config);
  expect((await refused(source, { to: into(target) })).detail).toContain(word);
  expect(await refused(source, { to: { stream: 'NONE' } })).toMatchObject({ status: 404 });
});

describe('an account that is exact', () => {
  it('of a target that is full: what is there, what is not, and how to go on without a double', async () => {
    const source = await world.stream({ allow_direct: true });
    await fill(world, source, 50);
    const target = await world.stream({ max_msgs: 20, discard: 'new' });
    const account = await replay(source, { to: into(target), messageIds: 'drop' });
    expect(account).toMatchObject({ copied: 20, why: 'failed', unknown: [], failure: { seq: 21 } });
    expect(account.failure?.detail).toContain('max_msgs');
    expect(account.resume).toEqual({ fromSeq: 21, toSeq: 50, skip: [] });
    await world.ask(`STREAM.UPDATE.${target}`, { name: target, subjects: [`${target}.>`], max_msgs: -1 });
    const rest = await replay(source, { ...account.resume, to: into(target), messageIds: 'drop' });
    expect(rest).toMatchObject({ copied: 30, why: 'end' });
    expect(await contents(target)).toEqual(Array.from({ length: 50 }, (_, i) => String(i + 1)));
  });

  it('of one message that does not fit among others that do', async () => {
    const source = await world.stream({ allow_direct: true });
    const js = jetstream(world.nc);
    for (let i = 1; i <= 30; i++) await js.publish(`${source}.a`, i === 10 ? 'x'.repeat(200) : String(i));
    const target = await world.stream({ max_msg_size: 100 + 90 });
    const account = await replay(source, { to: into(target) });
    expect(account).toMatchObject({ why: 'failed', failure: { seq: 10 }, unknown: [] });
    // What was on its way behind it is there, and is named.
    const behind = account.copied - 9;
    expect(account.resume).toMatchObject({ fromSeq: 10, toSeq: 30 });
    expect(account.resume?.skip).toEqual(Array.from({ length: behind }, (_, i) => 11 + i));
    const rest = await replay(source, { ...account.resume, fromSeq: 11, to: into(target) });
    expect(rest).toMatchObject({ why: 'end', copied: 20 - behind });
    expect((await stateOf(world, target)).messages).toBe(29);
  });

  it('of a subject that the target does not take', async () => {
    const source = await world.stream();
    await fill(world, source, 3);
    const target = await world.stream();
    const planned = await plan(source, { to: { stream: target } });
    expect(planned.refusals.join()).toContain('does not take');
    expect(await replay(source, { to: { stream: target } })).toMatchObject({
      copied: 0,
      why: 'failed',
      failure: { seq: 1, code: 'replay_refused' },
      resume: { fromSeq: 1, toSeq: 3, skip: [] },
    });
  });

  it('of a copy that is stopped: its own starter finds it, nobody else', async () => {
    const source = await world.stream({ allow_direct: true });
    await fill(world, source, 200);
    const target = await world.stream();
    const body: Body = { to: into(target), perSecond: 50, messageIds: 'drop' };
    const events = await replayUntil(
      world,
      source,
      body,
      (event) => event.type !== 'error' && event.account.copied >= 10,
    );
    const [started] = events;
    if (started?.type !== 'started') throw new Error('it did not begin');
    const params = { ...world.at(source).params, run: started.run };
    const account = await eventually(
      async () => (await world.api.get(routes.getReplay, { params }, world.api.admin)).account,
    );
    expect(account).toMatchObject({ why: 'stopped', failure: null, unknown: [] });
    expect((await stateOf(world, target)).messages).toBe(account.copied);
    expect(account.copied).toBeLessThan(200);
    const rest = await replay(source, { ...account.resume, to: into(target), messageIds: 'drop' });
    expect(account.copied + rest.copied).toBe(200);
    expect(await contents(target)).toEqual(Array.from({ length: 200 }, (_, i) => String(i + 1)));
    const other = await makeScopedPerson(world.api, 'operator', { kind: 'organization' });
    expect((await world.api.ask(routes.getReplay, { params }, other.token)).status).toBe(404);
  });
});

it('copies what one may read to where one may publish, and nothing else', async () => {
  const source = await world.stream({ allow_direct: true });
  await fill(world, source, 3, 'mine');
  await fill(world, source, 3, 'yours');
  const target = await world.stream();
  const scope = { kind: 'cluster', clusterId: world.clusterId, subjectPattern: `${source}.mine` } as const;
  const person = await makeScopedPerson(world.api, 'operator', scope);
  const account = await replay(source, { to: into(target) }, person.token);
  expect(account).toMatchObject({ copied: 0, why: 'failed', failure: { code: 'forbidden' } });
  expect((await stateOf(world, target)).messages).toBe(0);
});
