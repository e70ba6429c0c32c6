import type { BodyOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { parseReply } from '../api';
import { apiLevel, changeRequest, readCurrent, type Current } from './exactApi';
import { assertConfirmed, requireStream } from './guarded';
import { shown } from './plan';
import type { At } from './streams';

const done = z.object({ success: z.literal(true) });
const configReply = z.looseObject({ config: z.record(z.string(), z.unknown()) });
const state = z.object({ messages: z.coerce.number() });
const peers = z.object({ leader: z.string().optional(), replicas: z.array(z.object({ name: z.string() })).nullish() });

/** For whoever was asked whether they may seal it, and has confirmed it. */
export async function makeSealed(links: Links, ctx: Ctx, { clusterId, stream }: At) {
  const link = await links.open(ctx, clusterId);
  const { config, reply } = await readCurrent(link, 'stream', stream, ctx.signal);
  ctx.changed(shown(config), { ...shown(config), sealed: true });
  const name = `STREAM.UPDATE.${stream}`;
  const answer = parseReply(configReply, await changeRequest(link, name, { ...config, sealed: true }), name);
  ctx.changed(shown(config), shown(answer.config));
  return { sealed: true as const, messages: parseReply(state, reply.state, 'STREAM.INFO').messages };
}

export async function sealStream(links: Links, ctx: Ctx, at: At, { confirm }: BodyOf<Routes['sealStream']>) {
  requireStream(ctx, at.clusterId, at.stream, 'operate');
  assertConfirmed(confirm, at.stream);
  return makeSealed(links, ctx, at);
}

/** The servers that hold a copy, the leader among them. @throws ApiError 422 where there is but one */
export function replicasOf({ reply, config }: Current, what: string): { leader: string | null; names: string[] } {
  const { leader, replicas } = parseReply(peers, reply.cluster ?? {}, what);
  const names = [...(leader ? [leader] : []), ...(replicas ?? []).map(({ name }) => name)];
  if (names.length < 2)
    throw new ApiError(
      422,
      'not_replicated',
      `${what} has one copy (num_replicas ${String(config['num_replicas'] ?? 1)}), so nobody else can take it over. Nothing was done.`,
    );
  return { leader: leader ?? null, names };
}

/** @throws ApiError 422 for a server that holds no copy */
export function assertHolds(names: readonly string[], server: string, field: string): void {
  if (!names.includes(server))
    throw new ApiError(422, 'unknown_peer', `${server} holds no copy. Those that do: ${names.join(', ')}.`, {
      errors: [{ field: `body.${field}`, message: `is none of ${names.join(', ')}` }],
    });
}

/** The group may still be electing: then nobody leads, or nobody answers, and what was done is done all the same. */
async function leaderNow(link: Link, stream: string, signal: AbortSignal): Promise<string | null> {
  try {
    const { reply } = await readCurrent(link, 'stream', stream, signal);
    return parseReply(peers, reply.cluster ?? {}, stream).leader ?? null;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 503 || error.status === 504)) return null;
    throw error;
  }
}

export async function stepDownStream(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  { preferred }: BodyOf<Routes['stepDownStream']>,
) {
  requireStream(ctx, clusterId, stream, 'operate');
  const link = await links.open(ctx, clusterId);
  const { leader, names } = replicasOf(await readCurrent(link, 'stream', stream, ctx.signal), stream);
  if (preferred !== undefined) {
    assertHolds(names, preferred, 'preferred');
    if ((await apiLevel(link)) < 1)
      throw new ApiError(422, 'config_refused', 'A preferred leader needs NATS 2.11 or newer. Nothing was done.');
  }
  ctx.changed({ leader }, { preferred: preferred ?? null });
  const body = preferred === undefined ? undefined : { placement: { preferred } };
  const name = `STREAM.LEADER.STEPDOWN.${stream}`;
  parseReply(done, await changeRequest(link, name, body), name);
  const after = await leaderNow(link, stream, ctx.signal);
  ctx.changed({ leader }, { leader: after });
  return { done: true as const, before: leader, leader: after };
}

export async function removeStreamPeer(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  { peer, confirm }: BodyOf<Routes['removeStreamPeer']>,
) {
  requireStream(ctx, clusterId, stream, 'operate');
  assertConfirmed(confirm, stream);
  const link = await links.open(ctx, clusterId);
  const { names } = replicasOf(await readCurrent(link, 'stream', stream, ctx.signal), stream);
  assertHolds(names, peer, 'peer');
  ctx.changed({ peers: names }, { removed: peer });
  const name = `STREAM.PEER.REMOVE.${stream}`;
  parseReply(done, await changeRequest(link, name, { peer }), name);
  return { removed: peer, at: new Date().toISOString() };
}
