import { gunzipSync } from 'node:zlib';
import type { Batch } from './encode';
import { finishCollection, type Collection } from './finish';
import type { Moment } from './increase';
import { takeJsz } from './intake';
import { beginCollection, type State } from './state';

export const at = (s: number, clock = 'a'): Moment => ({
  wallMs: Date.UTC(2026, 0, 1) + s * 1000,
  steadyMs: s * 1000,
  clock,
});

export interface StreamSaid {
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
export const created = '2026-01-01T00:00:00.5Z';
export const stream = ({
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
export const consumer = (name: string, seq: number, more: object = {}) => ({
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
export async function collect(
  state: State,
  s: number,
  answers: Record<string, object[]>,
  expected = ['n1', 'n2', 'n3'],
  adopt = true,
  { whole = true, now }: { readonly whole?: boolean; readonly now?: string } = {},
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
    const json = Buffer.from(
      JSON.stringify({ server: { id: `id-${server}` }, data: { now, account_details: details } }),
    );
    takeJsz(state, json, { server, at: at(s) }, 'A');
  }
  const input: Collection = {
    owner: { organizationId: 'o', clusterId: 'c', retentionDays: 65_535 },
    at: at(s),
    ownAccount: 'A',
    expected,
    answered: new Set(Object.keys(answers)),
    whole,
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
        if (values.length !== names.length) throw new Error(`${part.table} has a row of ${values.length} values`);
        (tables[part.table] ??= []).push(Object.fromEntries(names.map((name, i) => [name, values[i] ?? ''])));
      }
    }
  }
  return tables;
}
export const pick = (row: Record<string, string> | undefined, ...names: string[]) => names.map((name) => row?.[name]);

export const everybody = (said: StreamSaid) => ({
  n1: [stream({ peers: ['n2', 'n3'], ...said })],
  n2: [stream({ peers: ['n1', 'n3'], ...said, lastSeq: 0 })],
  n3: [stream({ peers: ['n1', 'n2'], ...said, lastSeq: 0 })],
});
