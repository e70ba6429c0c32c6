import type { BodyOf, HeadersOf, Problem, QueryOf, ResponseOf, Routes } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import { noTypes } from '../../decoders/types';
import { collect } from '../../platform/collect';
import { ApiError, invalid, notFound } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { viewPayload } from '../decode';
import { operationOf, toEntry } from '../kvValues';
import { apiLevel } from '../manage/exactApi';
import { assertConfirmed } from '../manage/guarded';
import { publishAcked } from '../publish';
import { makeReader, type Stored } from '../reader';
import { assertNotSealed, openToWrite, type Written } from './bucket';

export interface AtKey {
  readonly clusterId: string;
  readonly bucket: string;
}
type Answer = ResponseOf<Routes['putKey']>;

/** What a conflict shows of a value; the page loads the whole of it where that is not enough. */
const shownBytes = 65_536;
/** What a message's subject and headers may take of the server's largest payload. */
const besidesValue = 4096;

const wrongLast = new Set([10071, 10164]);
const isConflict = (error: unknown): error is ApiError =>
  error instanceof ApiError && wrongLast.has(error.details.nats?.errCode ?? 0);

const isGone = (stored: Stored) =>
  operationOf(new Map(stored.headers().map(([name, values]) => [name.toLowerCase(), values[0] ?? '']))) !== 'put';

const prefixOf = (bucket: string) => `$KV.${bucket}.`;
/** In another domain than the connection's own, keys are written through that domain's mapping (nats-server jetstream.go). */
const subjectOf = ({ link }: Written, bucket: string, key: string) =>
  `${link.domain === null ? '' : `${link.apiPrefix}.`}${prefixOf(bucket)}${key}`;
const lastOf = ({ link, facts }: Written, bucket: string, key: string, ctx: Ctx) =>
  makeReader(link, facts, ctx.signal).lastOf(prefixOf(bucket) + key);

async function open(links: Links, ctx: Ctx, { clusterId, bucket }: AtKey): Promise<Written> {
  const what = `The bucket ${bucket}`;
  const written = await openToWrite(await links.open(ctx, clusterId), `KV_${bucket}`, what, ctx.signal);
  assertNotSealed(written, what);
  return written;
}

async function ttlHeaders({ link, config }: Written, ttlSeconds: number | undefined): Promise<Record<string, string>> {
  if (ttlSeconds === undefined) return {};
  if ((await apiLevel(link)) < 1)
    throw new ApiError(
      422,
      'no_message_ttl',
      'A time to live for one key needs NATS 2.11 or newer. Nothing was written.',
    );
  if (!config.allow_msg_ttl)
    throw new ApiError(
      422,
      'no_message_ttl',
      'This bucket gives no key a time to live of its own. Turn on allow_msg_ttl in its settings, which cannot be taken back, or leave the time away. Nothing was written.',
      { errors: [{ field: 'query.ttlSeconds', message: 'needs allow_msg_ttl on the bucket' }] },
    );
  return { 'Nats-TTL': `${ttlSeconds}s` };
}

interface Attempt {
  readonly key: string;
  readonly basedOn: number | null;
  /** null where what would have been written is no value */
  readonly value: Uint8Array | null;
}

/** Both sides of a conflict. What is there now is shown to whoever may read it. */
async function conflictOf(
  written: Written,
  ctx: Ctx,
  { clusterId, bucket }: AtKey,
  { key, basedOn, value }: Attempt,
): Promise<ApiError> {
  const stored = await lastOf(written, bucket, key, ctx);
  const entry = stored && toEntry(prefixOf(bucket), stored, shownBytes, true, noTypes);
  const readable = ctx.decide(
    { resource: 'kv_values', action: 'read' },
    { cluster: clusterId, name: bucket, subject: key },
  ).allowed;
  const keyConflict: Problem['keyConflict'] = {
    current: entry && (readable ? entry : { ...entry, payload: null }),
    yours: { basedOn, payload: value && viewPayload(value, shownBytes, true) },
  };
  const say =
    entry === null
      ? `The key ${key} is not there any more.`
      : basedOn === null
        ? `The key ${key} has a value already, of revision ${entry.revision}.`
        : `Somebody wrote the key ${key} after you loaded it: it is at revision ${entry.revision} now, and you saw ${basedOn}.`;
  return new ApiError(409, 'key_conflict', `${say} Nothing was written.`, { keyConflict });
}

/** Publishes, and tells a lost race from every other refusal. */
async function write(
  written: Written,
  ctx: Ctx,
  at: AtKey,
  attempt: Attempt,
  headers: Readonly<Record<string, string>>,
  expected: number | null,
): Promise<Answer> {
  const guard: Record<string, string> =
    expected === null ? {} : { 'Nats-Expected-Last-Subject-Sequence': String(expected) };
  try {
    const { seq, stream } = await publishAcked(
      written.link,
      subjectOf(written, at.bucket, attempt.key),
      attempt.value ?? new Uint8Array(),
      { ...headers, ...guard },
    );
    return { revision: seq, stream };
  } catch (error) {
    if (isConflict(error)) throw await conflictOf(written, ctx, at, attempt);
    throw error;
  }
}

/** The largest value that server and bucket take. */
function roomFor({ link, config }: Written): number {
  const payload = (link.nc.info?.max_payload ?? 1_048_576) - besidesValue;
  return config.max_msg_size > 0 ? Math.min(payload, config.max_msg_size - besidesValue) : payload;
}

const tooLarge = (most: number) =>
  new ApiError(
    413,
    'value_too_large',
    `The value is larger than the ${most.toLocaleString('en')} bytes that the server and this bucket take. Nothing was written.`,
  );

export async function putKey(
  links: Links,
  ctx: Ctx,
  at: AtKey,
  { key, ttlSeconds }: QueryOf<Routes['putKey']>,
  headers: HeadersOf<Routes['putKey']>,
): Promise<Answer> {
  const { 'if-match': match, 'if-none-match': none } = headers;
  const target = { cluster: at.clusterId, name: at.bucket, subject: key };
  ctx.require({ resource: 'kv_values', action: 'update' }, target);
  if (match === undefined) ctx.require({ resource: 'kv_values', action: 'create' }, target);
  if (match !== undefined && none !== undefined)
    throw invalid('header.if-none-match', 'give If-Match or If-None-Match, not both');
  const written = await open(links, ctx, at);
  const ttl = await ttlHeaders(written, ttlSeconds);
  const most = Math.max(0, roomFor(written));
  const value = await collect(ctx.upload, most, () => tooLarge(most));
  const attempt: Attempt = { key, basedOn: match ?? null, value };
  let expected = match ?? null;
  if (none !== undefined) {
    // A marker is no value: who creates a key goes on behind it, as the clients do.
    const last = await lastOf(written, at.bucket, key, ctx);
    if (last && !isGone(last)) throw await conflictOf(written, ctx, at, attempt);
    expected = last?.seq ?? 0;
  }
  ctx.changed({ key, revision: match ?? null }, { key, bytes: value.length, ...(ttlSeconds && { ttlSeconds }) });
  const done = await write(written, ctx, at, attempt, ttl, expected);
  ctx.changed(
    { key, revision: match ?? null },
    { key, revision: done.revision, bytes: value.length, ...(ttlSeconds && { ttlSeconds }) },
  );
  return done;
}

export async function revertKey(
  links: Links,
  ctx: Ctx,
  at: AtKey,
  { key, to, basedOn }: BodyOf<Routes['revertKey']>,
): Promise<Answer> {
  ctx.require({ resource: 'kv_values', action: 'update' }, { cluster: at.clusterId, name: at.bucket, subject: key });
  const written = await open(links, ctx, at);
  const old = await makeReader(written.link, written.facts, ctx.signal).exact(to);
  if (!old || old.subject !== prefixOf(at.bucket) + key) throw notFound(`Revision ${to} of ${key}`);
  if (isGone(old))
    throw new ApiError(422, 'no_value', `Revision ${to} is a delete marker and holds no value. Nothing was written.`);
  ctx.changed({ key, revision: basedOn }, { key, to });
  const done = await write(written, ctx, at, { key, basedOn, value: old.data }, {}, basedOn);
  ctx.changed({ key, revision: basedOn }, { key, to, revision: done.revision, bytes: old.data.length });
  return done;
}

/** A marker in the place of the value: with `PURGE` the history goes as well. */
async function mark(
  links: Links,
  ctx: Ctx,
  at: AtKey,
  operation: 'DEL' | 'PURGE',
  { key, confirm, basedOn, ttlSeconds }: BodyOf<Routes['purgeKey']>,
): Promise<Answer> {
  const action = operation === 'DEL' ? 'delete' : 'purge';
  ctx.require({ resource: 'kv_values', action }, { cluster: at.clusterId, name: at.bucket, subject: key });
  assertConfirmed(confirm, key);
  const written = await open(links, ctx, at);
  if (operation === 'PURGE' && !written.config.allow_rollup_hdrs)
    throw new ApiError(
      422,
      'no_rollup',
      'The stream behind this bucket refuses roll-ups (allow_rollup_hdrs), so no key can be purged. Nothing was done.',
    );
  const ttl = await ttlHeaders(written, ttlSeconds);
  const last = await lastOf(written, at.bucket, key, ctx);
  if (!last) throw notFound(`Key ${key} of ${at.bucket}`);
  const attempt: Attempt = { key, basedOn: basedOn ?? last.seq, value: null };
  const before = { key, revision: last.seq };
  ctx.changed(before, { key, operation });
  const done = await write(
    written,
    ctx,
    at,
    attempt,
    { 'KV-Operation': operation, ...(operation === 'PURGE' && { 'Nats-Rollup': 'sub' }), ...ttl },
    basedOn ?? null,
  );
  ctx.changed(before, { key, operation, revision: done.revision });
  return done;
}

export const deleteKey = (links: Links, ctx: Ctx, at: AtKey, body: BodyOf<Routes['deleteKey']>): Promise<Answer> =>
  mark(links, ctx, at, 'DEL', body);
export const purgeKey = (links: Links, ctx: Ctx, at: AtKey, body: BodyOf<Routes['purgeKey']>): Promise<Answer> =>
  mark(links, ctx, at, 'PURGE', body);
