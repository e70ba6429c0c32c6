import { describe, expect, it } from 'vitest';
import { at, collect, consumer, everybody, pick, stream } from './finish.fixture';
import { restore, writeSnapshot } from './snapshot';
import { newState } from './state';

const longAgo = '2025-06-01T00:00:00Z';
const madeAt = (s: number) => new Date(at(s).wallMs).toISOString();
const bare = (name: string, seq: number, created: string) => consumer(name, seq, { created, config: undefined });
const known = (name: string, seq: number, created: string) => consumer(name, seq, { created });
const short = (name: string, seq: number, created: string) =>
  consumer(name, seq, { created, config: { max_ack_pending: 10 } });
const on = (server: string, ...consumers: object[]) => ({
  n1: [],
  n2: [],
  n3: [],
  [server]: [stream({ leader: server, created: longAgo, consumers })],
});
const counted = (row: Record<string, string> | undefined) => pick(row, 'delivered', 'elapsed_ms', 'reset');

describe('what nobody has seen before', () => {
  it('is no newcomer when it was made before the last whole look, which passed it over', async () => {
    const state = newState();
    await collect(state, 0, { n1: [], n2: [], n3: [] });
    const { rows } = await collect(state, 15, everybody({ lastSeq: 90_000, bytes: 50, created: longAgo }));
    expect(pick(rows['stream_metrics']?.[0], 'published', 'bytes_growth', 'elapsed_ms', 'reset')).toEqual([
      '0',
      '0',
      '0',
      'first',
    ]);
    const { rows: later } = await collect(state, 30, everybody({ lastSeq: 90_004, bytes: 52, created: longAgo }));
    expect(pick(later['stream_metrics']?.[0], 'published', 'bytes_growth', 'elapsed_ms', 'reset')).toEqual([
      '4',
      '2',
      '15000',
      '',
    ]);
  });

  it.each([
    ['an hour behind', -3600],
    ['an hour ahead', 3600],
  ])("is told by the servers' own clock, which is %s", async (_, apart) => {
    const seen = async (created: string) => {
      const state = newState();
      await collect(state, 0, { n1: [], n2: [], n3: [] }, undefined, true, { now: madeAt(apart) });
      const answers = everybody({ lastSeq: 7, created });
      const { rows } = await collect(state, 15, answers, undefined, true, { now: madeAt(apart + 15) });
      return pick(rows['stream_metrics']?.[0], 'published', 'elapsed_ms', 'reset');
    };
    expect(await seen(madeAt(apart + 10))).toEqual(['7', '15000', 'new']);
    expect(await seen(madeAt(apart - 30))).toEqual(['0', '0', 'first']);
  });

  it('counts on where its server was silent at the look that read the configuration', async () => {
    const state = newState();
    await collect(state, 0, { n2: [], n3: [] });
    await collect(state, 15, on('n1', bare('c', 90_000, longAgo), bare('e', 500, longAgo)));
    const { rows } = await collect(state, 30, on('n1', known('c', 90_007, longAgo), short('e', 503, longAgo)));
    expect(rows['consumer_metrics']?.map(counted)).toEqual([
      ['7', '15000', ''],
      ['3', '15000', ''],
    ]);
  });

  it('counts all that a new consumer did before its configuration was read, over all that time', async () => {
    const state = newState();
    await collect(state, 0, on('n1'));
    const created = madeAt(5);
    await collect(state, 15, on('n1', bare('c', 10, created)));
    expect((await collect(state, 30, on('n1', bare('c', 20, created)))).rows['consumer_metrics']).toBeUndefined();
    const { rows } = await collect(state, 45, on('n1', known('c', 30, created)));
    expect(rows['consumer_metrics']?.map(counted)).toEqual([['30', '45000', '']]);
  });

  it('does so in another process', async () => {
    const state = newState();
    await collect(state, 0, on('n1'));
    const created = madeAt(5);
    await collect(state, 15, on('n1', bare('c', 10, created)));
    const { batches } = await collect(state, 30, on('n1', bare('c', 20, created)), undefined, false);
    const other = restore(writeSnapshot(state), batches);
    const { rows } = await collect(other, 45, on('n1', known('c', 30, created)));
    expect(rows['consumer_metrics']?.map(counted)).toEqual([['30', '45000', '']]);
  });
});

describe('a worker that takes over', () => {
  it('counts again what the rows counted that found no room, and nothing twice of those that did', async () => {
    const state = newState();
    const answers = (seq: number) => ({
      n1: [stream({ created: longAgo, lastSeq: seq, bytes: seq, consumers: [known('c', seq, longAgo)] })],
      n2: [],
      n3: [],
    });
    await collect(state, 0, answers(1000));
    const { batches } = await collect(state, 15, answers(1010), undefined, false);
    const after = async (stored: typeof batches, refused: typeof batches) => {
      const { rows } = await collect(restore(writeSnapshot(state), stored, refused), 30, answers(1016));
      return [
        pick(rows['stream_metrics']?.[0], 'published', 'bytes_growth', 'elapsed_ms', 'reset'),
        counted(rows['consumer_metrics']?.[0]),
      ];
    };
    expect(await after(batches, [])).toEqual([
      ['6', '6', '15000', ''],
      ['6', '15000', ''],
    ]);
    expect(await after([], batches)).toEqual([
      ['16', '16', '30000', ''],
      ['16', '30000', ''],
    ]);
  });
});

describe('a list that does not fit together', () => {
  it('leaves what it does not name unknown, and counts on from before', async () => {
    const state = newState();
    await collect(state, 0, on('n1', known('c', 90_000, longAgo)));
    const { rows } = await collect(state, 15, { n1: [], n2: [], n3: [] }, undefined, true, { whole: false });
    expect(pick(rows['stream_metrics']?.[0], 'state', 'published', 'elapsed_ms')).toEqual(['unknown', '0', '0']);
    expect(pick(rows['consumer_metrics']?.[0], 'state', 'delivered')).toEqual(['unknown', '0']);
    const { rows: back } = await collect(state, 30, on('n1', known('c', 90_006, longAgo)));
    expect(back['consumer_metrics']?.map(counted)).toEqual([['6', '30000', '']]);
  });

  it('does not show what was not there', async () => {
    const state = newState();
    await collect(state, 0, { n1: [], n2: [], n3: [] });
    await collect(state, 15, { n1: [], n2: [], n3: [] }, undefined, true, { whole: false });
    const { rows } = await collect(state, 30, everybody({ lastSeq: 9, created: madeAt(2) }));
    expect(pick(rows['stream_metrics']?.[0], 'published', 'elapsed_ms', 'reset')).toEqual(['9', '30000', 'new']);
  });
});

describe('ephemeral consumers as one row', () => {
  it('tell their time once, however long one of them was out of sight', async () => {
    const state = newState();
    const alone = (seq: number) => ({
      n1: [stream({ created: longAgo, consumers: [short('a', seq, longAgo)] })],
      n3: [],
    });
    const both = (seq: number) => ({
      ...alone(seq),
      n2: [stream({ created: longAgo, consumers: [{ ...short('b', seq, longAgo), cluster: { leader: 'n2' } }] })],
    });
    await collect(state, 0, both(0));
    const told: (Record<string, string> | undefined)[] = [];
    for (const s of [15, 30, 45, 60])
      told.push((await collect(state, s, s < 60 ? alone(s) : both(s))).rows['consumer_metrics']?.[0]);
    const sum = (column: string) => told.reduce((all, row) => all + Number(row?.[column]), 0);
    // Both took one message a second, for a minute.
    expect([sum('delivered'), sum('elapsed_ms')]).toEqual([120, 60_000]);
  });
});
