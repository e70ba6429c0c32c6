import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { collect, consumer, everybody, pick, stream } from './finish.fixture';
import { restore, writeSnapshot } from './snapshot';
import { newState } from './state';

describe('finishCollection', () => {
  it('takes figures of the leader, increases from the last sample, and shares of limits', async () => {
    const state = newState();
    await collect(state, 0, everybody({ lastSeq: 10, bytes: 20 }));
    const { rows, counts } = await collect(state, 15, everybody({ lastSeq: 40, bytes: 50 }));
    expect(
      pick(
        rows['stream_metrics']?.[0],
        'state',
        'leader',
        'messages_total',
        'published',
        'bytes_growth',
        'elapsed_ms',
        'limit_use',
        'reset',
      ),
    ).toEqual(['ok', 'n1', '40', '30', '30', '15000', '0.5', '']);
    expect(
      pick(rows['account_metrics']?.[0], 'own', 'streams', 'storage', 'max_storage', 'api_requests', 'elapsed_ms'),
    ).toEqual(['true', '1', '5', '10', '0', '15000']);
    expect(pick(rows['cluster_samples']?.[0], 'reachable', 'streams', 'streams_unknown', 'meta_leader')).toEqual([
      'true',
      '1',
      '0',
      'true',
    ]);
    expect(counts).toMatchObject({ streams: 1, streams_unknown: 0 });
  });

  it('says unknown, not zero and not gone, when the servers that held it are silent', async () => {
    const state = newState();
    const only = { n1: [stream({ lastSeq: 10 })], n2: [], n3: [] };
    await collect(state, 0, only);
    const { rows } = await collect(state, 15, { n2: [], n3: [] });
    expect(pick(rows['stream_metrics']?.[0], 'state', 'messages_total', 'last_seq', 'published', 'elapsed_ms')).toEqual(
      ['unknown', '\\N', '\\N', '0', '0'],
    );
    // Back again: what came meanwhile counts, over all the time it took.
    const { rows: back } = await collect(state, 60, { n1: [stream({ lastSeq: 25 })], n2: [], n3: [] });
    expect(pick(back['stream_metrics']?.[0], 'state', 'published', 'elapsed_ms')).toEqual(['ok', '15', '60000']);
  });

  it('forgets what everybody who could hold it no longer has', async () => {
    const state = newState();
    await collect(state, 0, everybody({ lastSeq: 10 }));
    const { rows, counts } = await collect(state, 15, { n1: [], n2: [], n3: [] });
    expect([rows['stream_metrics'], counts.streams]).toEqual([undefined, 0]);
  });

  it('keeps a deleted stream of answering servers deleted while another server is silent', async () => {
    const state = newState();
    await collect(state, 0, { n1: [stream({ lastSeq: 10 })], n2: [], n3: [] });
    expect((await collect(state, 15, { n1: [], n2: [] })).rows['stream_metrics']).toBeUndefined();
  });

  it.each([
    [
      'leaderless when every copy that answered names no leader',
      { n1: [stream({ leader: '' })], n2: [stream({ leader: '' })] },
      'leaderless',
    ],
    [
      'unknown when a named leader is silent',
      { n1: [stream({ leader: 'n3' })], n2: [stream({ leader: '' })] },
      'unknown',
    ],
    [
      'unknown when the leader answers without its state',
      { n1: [{ ...stream({}), state: undefined }], n2: [] },
      'unknown',
    ],
  ])('is %s', async (_, answers, expected) => {
    const { rows } = await collect(newState(), 0, answers);
    expect(pick(rows['stream_metrics']?.[0], 'state', 'messages_total')).toEqual([expected, '\\N']);
  });

  it('counts a stream that was made anew from its start', async () => {
    const state = newState();
    await collect(state, 0, everybody({ lastSeq: 100, bytes: 70 }));
    const { rows } = await collect(state, 15, everybody({ lastSeq: 4, bytes: 8, created: '2026-01-02T00:00:00Z' }));
    expect(pick(rows['stream_metrics']?.[0], 'published', 'bytes_growth', 'elapsed_ms', 'reset')).toEqual([
      '4',
      '-62',
      '15000',
      'recreated',
    ]);
  });

  it('counts a stream that was not there in the last whole collection, and none after a partial one', async () => {
    const state = newState();
    await collect(state, 0, { n1: [], n2: [], n3: [] });
    expect(
      pick(
        (await collect(state, 15, everybody({ lastSeq: 4 }))).rows['stream_metrics']?.[0],
        'published',
        'elapsed_ms',
        'reset',
      ),
    ).toEqual(['4', '15000', 'new']);
    const partial = newState();
    await collect(partial, 0, { n2: [], n3: [] });
    expect(
      pick((await collect(partial, 15, everybody({ lastSeq: 4 }))).rows['stream_metrics']?.[0], 'published', 'reset'),
    ).toEqual(['0', 'first']);
  });

  it('takes a consumer from its own leader, and tells a stall', async () => {
    const state = newState();
    const answers = (seq: number) => ({
      n1: [stream({ consumers: [consumer('c', 0, { cluster: { leader: 'n2' }, num_pending: 0 })] })],
      n2: [stream({ consumers: [consumer('c', seq, { cluster: { leader: 'n2' } })] })],
      n3: [],
    });
    await collect(state, 0, answers(5));
    const moving = (await collect(state, 15, answers(9))).rows['consumer_metrics']?.[0];
    expect(pick(moving, 'leader', 'num_pending', 'delivered', 'ack_floor_advance', 'stalled')).toEqual([
      'n2',
      '3',
      '4',
      '4',
      'false',
    ]);
    expect(pick((await collect(state, 30, answers(9))).rows['consumer_metrics']?.[0], 'delivered', 'stalled')).toEqual([
      '0',
      'true',
    ]);
  });

  it('tells how long nothing was acknowledged, since it was made where nothing ever was', async () => {
    const acked = { consumer_seq: 9, stream_seq: 9, last_active: '2026-01-01T00:00:10Z' };
    const { rows } = await collect(newState(), 15, {
      n1: [stream({ consumers: [consumer('c', 9, { ack_floor: acked }), consumer('never', 9)] })],
      n2: [],
      n3: [],
    });
    expect(rows['consumer_metrics']?.map((row) => pick(row, 'consumer', 'ack_idle'))).toEqual([
      ['c', '5'],
      ['never', '14.5'],
    ]);
  });

  it('claims nothing for an interval in which a consumer was reset', async () => {
    const state = newState();
    const answers = (seq: number) => ({ n1: [stream({ consumers: [consumer('c', seq)] })], n2: [], n3: [] });
    await collect(state, 0, answers(50));
    expect(
      pick(
        (await collect(state, 15, answers(3))).rows['consumer_metrics']?.[0],
        'delivered',
        'elapsed_ms',
        'reset',
        'stalled',
      ),
    ).toEqual(['0', '0', 'reset', '\\N']);
    expect(
      pick((await collect(state, 30, answers(8))).rows['consumer_metrics']?.[0], 'delivered', 'elapsed_ms'),
    ).toEqual(['5', '15000']);
  });

  it('folds ephemeral consumers of a stream into one row, however they come and go', async () => {
    const state = newState();
    const short = (name: string, seq: number) => consumer(name, seq, { config: { max_ack_pending: 10 } });
    const answers = (...consumers: object[]) => ({
      n1: [stream({ consumers: [...consumers, consumer('d', 1)] })],
      n2: [],
      n3: [],
    });
    await collect(state, 0, answers(short('e1', 5), short('e2', 5)));
    const { rows, counts } = await collect(state, 15, answers(short('e2', 8), short('e3', 4)));
    expect(
      rows['consumer_metrics']?.map((row) =>
        pick(row, 'consumer', 'consumers', 'num_pending', 'delivered', 'elapsed_ms'),
      ),
    ).toEqual([
      ['d', '1', '3', '0', '15000'],
      ['*ephemeral', '2', '6', '7', '15000'],
    ]);
    expect(counts.consumers).toBe(3);
  });

  it('has no row for a consumer whose configuration nobody has read, and asks for it', async () => {
    const bare = consumer('c', 1, { config: undefined });
    const { rows, configWanted } = await collect(newState(), 0, {
      n1: [stream({ consumers: [bare] })],
      n2: [],
      n3: [],
    });
    expect([rows['consumer_metrics'], configWanted]).toEqual([undefined, true]);
  });

  it('counts again what did not get through', async () => {
    const state = newState();
    await collect(state, 0, everybody({ lastSeq: 10 }));
    await collect(state, 15, everybody({ lastSeq: 30 }), undefined, false);
    const { rows } = await collect(state, 30, everybody({ lastSeq: 35 }));
    expect(pick(rows['stream_metrics']?.[0], 'published', 'elapsed_ms')).toEqual(['25', '30000']);
  });

  it('goes on counting in another process, from the rows and the snapshot', async () => {
    const state = newState();
    const short = (seq: number) => consumer('e', seq, { config: { max_ack_pending: 10 } });
    const answers = (seq: number) => ({
      n1: [stream({ lastSeq: seq, bytes: seq, consumers: [consumer('c', seq), short(seq)] })],
      n2: [],
      n3: [],
    });
    await collect(state, 0, { ...answers(10), n3: [stream({ name: 'LOST', leader: 'n3', lastSeq: 5 })] });
    // One stream is out of sight when the first process ends.
    const { batches } = await collect(state, 15, { n1: answers(20).n1, n2: [] }, undefined, false);
    const other = restore(writeSnapshot(state), batches);
    const { rows } = await collect(other, 30, {
      ...answers(24),
      n3: [stream({ name: 'LOST', leader: 'n3', lastSeq: 8 })],
    });
    const streams = rows['stream_metrics']?.map((row) =>
      pick(row, 'stream', 'published', 'bytes_growth', 'elapsed_ms'),
    );
    expect(streams?.sort()).toEqual([
      ['LOST', '3', '0', '30000'],
      ['S', '4', '4', '15000'],
    ]);
    expect(rows['consumer_metrics']?.map((row) => pick(row, 'consumer', 'delivered', 'elapsed_ms'))).toEqual([
      ['c', '4', '15000'],
      ['*ephemeral', '4', '15000'],
    ]);
    expect(pick(rows['account_metrics']?.[0], 'reset')).toEqual(['']);
  });

  it.each(['', 'x\ty', 'c\tS\x0bc\t\tNaN\t1\t', 'v\tn\tx\t1\tz\t'])('refuses what is no snapshot: %j', async (text) => {
    const read = () => restore(new Uint8Array(gzipSync(text)), []);
    if (text === '') expect(read().accounts.size).toBe(0);
    else expect(read).toThrow(SyntaxError);
  });
});
