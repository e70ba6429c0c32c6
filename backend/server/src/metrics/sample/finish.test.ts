import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Batch } from './encode';
import { finishCollection, type Collection } from './finish';
import type { Moment } from './increase';
import { takeJsz } from './intake';
import { restore, writeSnapshot } from './snapshot';
import { beginCollection, newState, type State } from './state';

const at = (s: number, clock = 'a'): Moment => ({ wallMs: Date.UTC(2026, 0, 1) + s * 1000, steadyMs: s * 1000, clock });

interface StreamSaid {
  name?: string;
  created?: string;
  leader?: string;
  lastSeq?: number;
  firstSeq?: number;
  bytes?: number;
  peers?: string[];
  consumers?: object[];
  config?: object | null;
}
const created = '2026-01-01T00:00:00.5Z';
const stream = ({
  name = 'S',
  leader = 'n1',
  lastSeq = 0,
  firstSeq = 1,
  bytes = 0,
  peers = [],
  consumers = [],
  ...rest
}: StreamSaid) => ({
  name,
  created: rest.created ?? created,
  cluster: { leader, replicas: peers.map((peer) => ({ name: peer, current: true, active: 0 })) },
  state: {
    messages: lastSeq,
    bytes,
    first_seq: firstSeq,
    last_seq: lastSeq,
    consumer_count: consumers.length,
    last_ts: '0001-01-01T00:00:00Z',
  },
  consumer_detail: consumers,
  ...(rest.config !== null && { config: { name, max_msgs: -1, max_bytes: 100, ...rest.config } }),
});
const consumer = (name: string, seq: number, more: object = {}) => ({
  stream_name: 'S',
  name,
  created,
  cluster: { leader: 'n1' },
  delivered: { consumer_seq: seq, stream_seq: seq },
  ack_floor: { consumer_seq: seq, stream_seq: seq },
  num_pending: 3,
  num_ack_pending: 0,
  num_redelivered: 0,
  num_waiting: 1,
  config: { durable_name: name, max_ack_pending: 10 },
  ...more,
});

/** Servers' answers of one collection, and what came of them, as rows by table. */
async function collect(
  state: State,
  s: number,
  answers: Record<string, object[]>,
  expected = ['n1', 'n2', 'n3'],
  adopt = true,
) {
  beginCollection(state);
  for (const [server, streams] of Object.entries(answers)) {
    const details = [
      {
        name: 'A',
        id: 'A',
        memory: 0,
        storage: 5,
        reserved_storage: 10,
        api: { total: 7, errors: 1 },
        stream_detail: streams,
      },
    ];
    const json = Buffer.from(JSON.stringify({ server: { id: `id-${server}` }, data: { account_details: details } }));
    takeJsz(state, json, { server, at: at(s) }, 'A');
  }
  const input: Collection = {
    owner: { organizationId: 'o', clusterId: 'c', retentionDays: 65_535 },
    at: at(s),
    ownAccount: 'A',
    expected,
    answered: new Set(Object.keys(answers)),
    servers: [],
    info: null,
    cluster: {
      mode: 'system',
      error: null,
      ageSeconds: 0,
      collectSeconds: 0.1,
      intervalSeconds: 15,
      counts: { servers: 3, servers_expected: 3, meta_size: 3, meta_offline: 0, meta_pending: 0 },
      metaLeader: 'n1',
      bufferUse: 0,
      ownRequests: 1,
      ownBytes: 1,
      lostSamples: 0,
      elapsedMs: 0,
    },
  };
  const finished = await finishCollection(state, input);
  if (adopt) for (const then of finished.adopt) then();
  return { ...finished, rows: rowsOf(finished.batches) };
}

function rowsOf(batches: readonly Batch[]): Record<string, Record<string, string>[]> {
  const tables: Record<string, Record<string, string>[]> = {};
  for (const { parts, body } of batches) {
    let from = 0;
    for (const part of parts) {
      const text = (length: number) => gunzipSync(body.subarray(from, (from += length))).toString();
      const names = text(part.names).trimEnd().split('\t');
      const lines = text(part.body).replace(/\n$/, '').split('\n');
      for (const line of lines) {
        const values = line.split('\t');
        expect(values).toHaveLength(names.length);
        (tables[part.table] ??= []).push(Object.fromEntries(names.map((name, i) => [name, values[i] ?? ''])));
      }
    }
  }
  return tables;
}
const pick = (row: Record<string, string> | undefined, ...names: string[]) => names.map((name) => row?.[name]);

const everybody = (said: StreamSaid) => ({
  n1: [stream({ peers: ['n2', 'n3'], ...said })],
  n2: [stream({ peers: ['n1', 'n3'], ...said, lastSeq: 0 })],
  n3: [stream({ peers: ['n1', 'n2'], ...said, lastSeq: 0 })],
});

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
