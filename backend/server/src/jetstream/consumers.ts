import { performance } from 'node:perf_hooks';
import type { ConsumerRow, QueryOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../clusters/link';
import { ApiError } from '../platform/errors';
import type { Ctx } from '../platform/handler';
import { apiRequest, atMost, parseReply } from './api';
import { shortCache } from './cache';
import { pageSorted } from './sorted';
import { clusterState, replicaOf, timeOrNull } from './streamReply';
import { listing } from './streams';

const pageSize = 256;
const atOnce = 4;
const ttlMs = 10_000;

const sequence = z.object({ consumer_seq: z.number(), stream_seq: z.number(), last_active: z.string().optional() });
const consumerReply = z.object({
  stream_name: z.string(),
  name: z.string(),
  created: z.string(),
  config: z.object({
    description: z.string().optional(),
    durable_name: z.string().optional(),
    deliver_subject: z.string().optional(),
    filter_subject: z.string().optional(),
    filter_subjects: z.array(z.string()).nullish(),
    ack_policy: z.string(),
    deliver_policy: z.string(),
    max_ack_pending: z.number().optional(),
    pause_until: z.string().optional(),
    num_replicas: z.number().default(0),
  }),
  delivered: sequence,
  ack_floor: sequence,
  num_ack_pending: z.number(),
  num_redelivered: z.number(),
  num_waiting: z.number(),
  num_pending: z.number(),
  cluster: clusterState.optional(),
  push_bound: z.boolean().optional(),
  paused: z.boolean().optional(),
});
type ConsumerReply = z.infer<typeof consumerReply>;

export function toConsumerRow(reply: ConsumerReply): ConsumerRow {
  const { config, delivered, ack_floor } = reply;
  const push = config.deliver_subject !== undefined;
  const peers = reply.cluster?.replicas?.length ?? 0;
  return {
    stream: reply.stream_name,
    name: reply.name,
    state: 'ok',
    description: config.description ?? null,
    durable: config.durable_name !== undefined,
    kind: push ? 'push' : 'pull',
    filterSubjects: config.filter_subjects ?? (config.filter_subject ? [config.filter_subject] : []),
    ackPolicy: config.ack_policy,
    deliverPolicy: config.deliver_policy,
    lag: reply.num_pending,
    ackPending: reply.num_ack_pending,
    maxAckPending: config.max_ack_pending ?? null,
    redelivered: reply.num_redelivered,
    waiting: push ? null : reply.num_waiting,
    deliveredStreamSeq: delivered.stream_seq,
    deliveredConsumerSeq: delivered.consumer_seq,
    ackFloorStreamSeq: ack_floor.stream_seq,
    lastDelivered: timeOrNull(delivered.last_active),
    lastAck: timeOrNull(ack_floor.last_active),
    paused: reply.paused ?? false,
    pausedUntil: reply.paused ? timeOrNull(config.pause_until) : null,
    pushBound: push ? (reply.push_bound ?? false) : null,
    replica: replicaOf(reply.cluster, config.num_replicas || peers + 1),
    createdAt: reply.created,
  };
}

function rowWithout(stream: string, name: string): ConsumerRow {
  return {
    stream,
    name,
    state: 'missing',
    description: null,
    durable: false,
    kind: 'pull',
    filterSubjects: [],
    ackPolicy: 'unknown',
    deliverPolicy: 'unknown',
    lag: null,
    ackPending: null,
    maxAckPending: null,
    redelivered: null,
    waiting: null,
    deliveredStreamSeq: null,
    deliveredConsumerSeq: null,
    ackFloorStreamSeq: null,
    lastDelivered: null,
    lastAck: null,
    paused: false,
    pausedUntil: null,
    pushBound: null,
    replica: { leader: null, replicas: 0, peers: [], state: 'leaderless' },
    createdAt: null,
  };
}

interface Part {
  readonly rows: ConsumerRow[];
  readonly missing: string[];
  /** streams of whose consumers nothing is known */
  readonly silent: string[];
}
interface Found extends Part {
  readonly askedAt: string;
  readonly tookMs: number;
  readonly source: string;
}
const listReply = z.object({
  total: z.number(),
  consumers: z.array(z.unknown()).nullish(),
  missing: z.array(z.string()).nullish(),
});

async function ofStream(link: Link, stream: string, signal: AbortSignal): Promise<Part> {
  const ask = async (offset: number) =>
    parseReply(listReply, await apiRequest(link, `CONSUMER.LIST.${stream}`, { offset }, signal), 'CONSUMER.LIST');
  const first = await ask(0);
  const offsets = Array.from(
    { length: Math.max(0, Math.ceil(first.total / pageSize) - 1) },
    (_, i) => (i + 1) * pageSize,
  );
  const pages = [first, ...(await atMost(atOnce, offsets, ask))];
  const missing = pages.flatMap((page) => page.missing ?? []);
  return {
    rows: [
      ...pages.flatMap((page) =>
        (page.consumers ?? []).map((entry) => toConsumerRow(parseReply(consumerReply, entry, 'CONSUMER.LIST'))),
      ),
      ...missing.map((name) => rowWithout(stream, name)),
    ],
    missing,
    silent: [],
  };
}

async function timed(source: string, load: () => Promise<Part>): Promise<Found> {
  const started = performance.now();
  const askedAt = new Date().toISOString();
  return { ...(await load()), askedAt, tookMs: Math.round(performance.now() - started), source };
}

/** A stream that went meanwhile has none; what cannot be asked now is missing, and keeps nobody from seeing the others. */
async function ofOneAmongMany(link: Link, stream: string): Promise<Part & { readonly failure?: ApiError }> {
  try {
    return await ofStream(link, stream, new AbortController().signal);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const nothing = { rows: [], missing: [], silent: [] };
    return error.code === 'stream_not_found' ? nothing : { ...nothing, silent: [stream], failure: error };
  }
}

/**
 * Each stream that has consumers is asked once, at most four in flight. CONSUMER.LIST answers from each consumer's own
 * leader. Of a stream that does not answer nobody knows whether it has any.
 */
async function ofCluster(link: Link, fresh: boolean): Promise<Part> {
  const { rows } = await listing(link, { fresh });
  const streams = rows.filter((row) => (row.consumers ?? 0) > 0).map((row) => row.name);
  const unknown = rows.filter((row) => row.consumers === null).map((row) => row.name);
  const found = await atMost(atOnce, streams, (stream) => ofOneAmongMany(link, stream));
  const failures = found.flatMap(({ failure }) => failure ?? []);
  // Where none can be asked it is no matter of one stream.
  if (failures[0] && failures.length === streams.length) throw failures[0];
  return {
    rows: found.flatMap((f) => f.rows),
    missing: found.flatMap((f) => f.missing),
    silent: [...unknown, ...found.flatMap((f) => f.silent)],
  };
}

const lists = shortCache<Found>(ttlMs, 500);

type Query = QueryOf<Routes['listConsumers']>;
function answer(ctx: Ctx, clusterId: string, found: Found, query: Query) {
  const search = query.search?.toLowerCase();
  const readable = ctx.each({ resource: 'consumers', action: 'read' }, { cluster: clusterId });
  const rows = found.rows.filter(
    (row) =>
      (search === undefined || row.name.toLowerCase().includes(search) || row.stream.toLowerCase().includes(search)) &&
      readable({ name: row.stream }),
  );
  return {
    ...pageSorted(
      rows,
      query,
      (row) => row[query.sort],
      (row) => `${row.stream}\0${row.name}`,
    ),
    missing: [
      ...rows.filter((row) => row.state === 'missing').map((row) => `${row.stream} > ${row.name}`),
      ...found.silent.filter((stream) => readable({ name: stream })).map((stream) => `${stream} > *`),
    ],
    provenance: { source: found.source, askedAt: found.askedAt, tookMs: found.tookMs },
  };
}

export async function listStreamConsumers(links: Links, ctx: Ctx, clusterId: string, stream: string, query: Query) {
  const link = await links.open(ctx, clusterId);
  const found = await lists.get(
    `${link.generation} ${stream}`,
    () => timed('CONSUMER.LIST', () => ofStream(link, stream, new AbortController().signal)),
    query.fresh ? 0 : 2000,
  );
  return answer(ctx, clusterId, found, query);
}

/** Every consumer of the account, kept for a few seconds for all who look at once. */
export const allConsumers = (link: Link, fresh = false): Promise<Found> =>
  lists.get(
    link.generation,
    () => timed('CONSUMER.LIST of every stream', () => ofCluster(link, fresh)),
    fresh ? 0 : ttlMs,
  );

export async function listConsumers(links: Links, ctx: Ctx, clusterId: string, query: Query) {
  const found = await allConsumers(await links.open(ctx, clusterId), query.fresh);
  return answer(ctx, clusterId, found, query);
}

const rawReply = z.looseObject({ config: z.record(z.string(), z.unknown()) });

export async function getConsumer(links: Links, ctx: Ctx, clusterId: string, stream: string, consumer: string) {
  const link = await links.open(ctx, clusterId);
  const started = performance.now();
  const askedAt = new Date().toISOString();
  const raw = parseReply(
    rawReply,
    await apiRequest(link, `CONSUMER.INFO.${stream}.${consumer}`, undefined, ctx.signal),
    'CONSUMER.INFO',
  );
  return {
    row: toConsumerRow(parseReply(consumerReply, raw, 'CONSUMER.INFO')),
    config: raw.config,
    raw,
    provenance: { source: 'CONSUMER.INFO', askedAt, tookMs: Math.round(performance.now() - started) },
  };
}
