import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  accountFigures,
  consumerIdentity,
  consumerLimits,
  count,
  fieldsOf,
  jszHead,
  noConsumerFigures,
  noStreamFigures,
  number,
  objects,
  readConsumerFigures,
  readStreamFigures,
  streamIdentity,
  streamLimits,
  type Fields,
} from './readers';
import { toStored, wallOf } from './times';

/** Answers of real servers, each with the same streams in it: ORDERS with ten messages less one, its mirror, and an empty one. */
const recorded = path.join(import.meta.dirname, 'recorded');
const versions = readdirSync(recorded).flatMap((file) => /^jsz-(.*)\.json$/.exec(file)?.[1] ?? []);
const jszOf = (version: string): Fields => {
  const reply = fieldsOf(JSON.parse(readFileSync(path.join(recorded, `jsz-${version}.json`), 'utf8')));
  return fieldsOf(reply?.['data']) ?? {};
};
const named = (list: unknown, name: string): Fields => {
  const found = objects(list).find((one) => one['name'] === name);
  if (!found) throw new Error(`${name} is not in the answer`);
  return found;
};
const streamIn = (data: Fields, name: string) => named(jszHead(data).accounts[0]?.['stream_detail'], name);

it('has an answer of every line of servers that is supported', () => {
  expect(versions.map((version) => version.split('.').slice(0, 2).join('.')).sort()).toEqual([
    '2.10',
    '2.11',
    '2.12',
    '2.14',
    '2.15',
  ]);
});

describe.each(versions)('JSZ of %s', (version) => {
  const data = jszOf(version);

  it('names the account and what it uses', () => {
    const { accounts, total } = jszHead(data);
    expect(accounts).toHaveLength(1);
    expect(total).toBeLessThanOrEqual(1);
    const figures = accountFigures(accounts[0] ?? {});
    expect(figures).toMatchObject({ id: 'APP', name: 'APP', memory: 0 });
    expect(figures.storage).toBeGreaterThan(0);
    expect(figures.apiRequests).toBeGreaterThan(0);
  });

  it('has a stream in full', () => {
    const stream = streamIn(data, 'ORDERS');
    const figures = noStreamFigures();
    expect(readStreamFigures(stream, figures)).toBe(true);
    expect(figures).toMatchObject({
      messages: 9,
      firstSeq: 1,
      lastSeq: 10,
      consumers: 2,
      subjects: 3,
      deleted: 1,
      replicas: 1,
      replicasBehind: 0,
      sourceLag: null,
    });
    expect(wallOf(figures.lastTime)).toBeGreaterThan(0);
    expect(streamLimits(stream, -1)).toEqual({
      maxMessages: -1,
      maxBytes: 1_000_000,
      maxConsumers: -1,
      maxAgeSeconds: 3600,
      discard: 'old',
    });
    expect(streamIdentity(stream)).toMatchObject({ name: 'ORDERS', peers: [] });
  });

  it('has the consumers that a stream may have: its own limit, else the one of servers that have one', () => {
    const { consumers } = jszHead(data);
    expect(consumers).toBe(version.startsWith('2.15') ? 1000 : -1);
    const stream = streamIn(data, 'ORDERS');
    expect(streamLimits(stream, consumers)?.maxConsumers).toBe(consumers);
    const own = { ...stream, config: { ...fieldsOf(stream['config']), max_consumers: 5 } };
    expect(streamLimits(own, consumers)?.maxConsumers).toBe(5);
  });

  it('has a mirror that keeps up, and an empty stream whose zeros are zeros', () => {
    const [copy, empty] = [noStreamFigures(), noStreamFigures()];
    expect(readStreamFigures(streamIn(data, 'COPY'), copy)).toBe(true);
    expect(copy).toMatchObject({ messages: 9, sourceLag: 0 });
    expect(readStreamFigures(streamIn(data, 'EMPTY'), empty)).toBe(true);
    expect(empty).toMatchObject({ messages: 0, bytes: 0, lastSeq: 0, lastTime: null, consumers: 0 });
  });

  it('has a pull and a push consumer', () => {
    const detail = streamIn(data, 'ORDERS')['consumer_detail'];
    const [pull, push] = [noConsumerFigures(), noConsumerFigures()];
    expect(readConsumerFigures(named(detail, 'pull'), pull)).toBe(true);
    expect(pull).toMatchObject({
      pending: 1,
      ackPending: 1,
      redelivered: 0,
      deliveredConsumer: 2,
      ackFloorConsumer: 1,
      // As far as nothing below it is open, matching or not.
      ackFloorStream: 4,
      paused: false,
      pushBound: false,
    });
    expect(wallOf(pull.lastAck)).toBeGreaterThan(0);
    expect(consumerLimits(named(detail, 'pull'))).toEqual({ durable: true, push: false, maxAckPending: 100 });
    expect(readConsumerFigures(named(detail, 'push'), push)).toBe(true);
    expect(push).toMatchObject({ pending: 9, deliveredConsumer: 0, lastActive: null, pushBound: false });
    expect(consumerLimits(named(detail, 'push'))).toMatchObject({ durable: true, push: true });
    expect(consumerIdentity(named(detail, 'push'))).toMatchObject({ name: 'push', leader: null });
  });

  it('says the same with fields that nobody knows', () => {
    const stream = streamIn(data, 'ORDERS');
    const state = fieldsOf(stream['state']) ?? {};
    const odd = { ...stream, tomorrow: { a: [1] }, state: { ...state, tomorrow: 'x' } };
    const [a, b] = [noStreamFigures(), noStreamFigures()];
    expect([readStreamFigures(stream, a), readStreamFigures(odd, b)]).toEqual([true, true]);
    expect(b).toEqual(a);
  });

  it.each(['messages', 'bytes', 'last_seq'])('is unknown, not zero, without %s or with what is no number', (field) => {
    const stream = streamIn(data, 'ORDERS');
    const state = fieldsOf(stream['state']) ?? {};
    const { [field]: _, ...less } = state;
    expect(readStreamFigures({ ...stream, state: less }, noStreamFigures())).toBe(false);
    expect(readStreamFigures({ ...stream, state: { ...state, [field]: '9' } }, noStreamFigures())).toBe(false);
    expect(readStreamFigures({ ...stream, state: null }, noStreamFigures())).toBe(false);
  });

  it.each(['num_pending', 'delivered', 'ack_floor'])('a consumer is unknown without %s', (field) => {
    const { [field]: _, ...less } = named(streamIn(data, 'ORDERS')['consumer_detail'], 'pull');
    expect(readConsumerFigures(less, noConsumerFigures())).toBe(false);
  });

  it('who has no name or was never made is nobody', () => {
    const { created: _, ...unborn } = streamIn(data, 'ORDERS');
    expect(streamIdentity(unborn)).toBeNull();
    expect(consumerIdentity({ created: '2026-01-01T00:00:00Z' })).toBeNull();
    expect(streamLimits({}, -1)).toBeNull();
    expect(consumerLimits({ config: [] })).toBeNull();
  });
});

describe('the meta group', () => {
  const peer = (more: Fields) => ({ name: 'n2', current: true, active: 200_000_000, ...more });
  const lost = (more: Fields) =>
    jszHead({ meta_cluster: { leader: 'n1', replicas: [peer(more)] } }).meta?.peers[0]?.offline;
  it.each([
    ['a peer that was just heard', {}, false],
    ['one that said farewell', { offline: true }, true],
    ['one that crashed and was not heard since', { current: false, active: 11_000_000_000 }, true],
    ['one of which nothing is said', { active: undefined }, false],
  ])('%s', (_, more, expected) => expect(lost(more)).toBe(expected));
  it('is none where the server has none', () => expect(jszHead({}).meta).toBeNull());
});

describe('figures', () => {
  it.each([
    [5, 5, 5],
    [-1, -1, 0],
    [2 ** 64, -1, 0],
    ['5', null, 0],
    [null, null, 0],
    [NaN, null, 0],
  ])('%j is the number %j and the count %j', (value, asNumber, asCount) => {
    expect(number({ a: value }, 'a')).toBe(asNumber);
    expect(count({ a: value }, 'a')).toBe(asCount);
  });
  it.each([
    ['2026-11-24T18:51:56Z', '2026-11-24 18:51:56.000'],
    ['2026-11-24T18:51:56.2Z', '2026-11-24 18:51:56.200'],
    ['2026-11-24T18:51:56.123456789Z', '2026-11-24 18:51:56.123'],
    ['0001-01-01T00:00:00Z', null],
    ['yesterday', null],
    ['', null],
  ])('the time %j is stored as %j', (text, stored) => expect(toStored(text)).toBe(stored));
});
