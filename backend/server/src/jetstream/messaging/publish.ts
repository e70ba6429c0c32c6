import { Buffer } from 'node:buffer';
import { headers as natsHeaders } from '@nats-io/transport-node';
import type { BodyOf, ResponseOf, Routes } from '@jetstream-console/contract';
import type { Link, Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { readCurrent } from '../manage/exactApi';
import type { At } from '../manage/streams';
import { publishAcked, type HeaderPairs } from '../publish';
import { bucketOf, keyOf } from '../streamReply';
import { payloadBytes } from './payloadBytes';
import { publishFaults, publishHeaders, type PublishFault } from './publishHeaders';
import { requireMessage } from './rights';

type Body = BodyOf<Routes['publishMessage']>;

/** Bytes of headers as they go over the wire; servers count them to the message. */
export function headerBytes(pairs: HeaderPairs): number {
  if (pairs.length === 0) return 0;
  const block = natsHeaders();
  for (const [name, value] of pairs) block.append(name, value);
  return Buffer.byteLength(String(block));
}

export const maxPayloadOf = ({ nc }: Link): number => nc.info?.max_payload ?? 1_048_576;

const refused = (faults: readonly PublishFault[]) =>
  new ApiError(422, 'publish_refused', `Nothing was published: ${faults.map(({ message }) => message).join('; ')}.`, {
    errors: faults.map(({ field, message }) => ({ field: `body.${field}`, message })),
  });

/** Where the server's own words name the place that is wrong: by err_code (nats-server errors.json). */
const byErrCode: Readonly<Record<number, readonly [status: number, code: string, field: string]>> = {
  10071: [409, 'wrong_last_sequence', 'body.expect.lastSequence'],
  10164: [409, 'wrong_last_sequence', 'body.expect.lastSubjectSequence'],
  10070: [409, 'wrong_last_message_id', 'body.expect.lastMessageId'],
};

/** The stream's refusal, and that it means that nothing is stored. */
export function publishError(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const { nats } = error.details;
  if (nats === undefined) return error;
  const [status, code, field] = byErrCode[nats.errCode ?? 0] ?? [error.status, error.code, null];
  const expected = status === 409 ? 'Somebody published meanwhile, or it was another message that was meant. ' : '';
  return new ApiError(status, code, `Nothing was published. ${expected}NATS answers: ${nats.description}.`, {
    nats,
    cause: error,
    ...(field !== null && { errors: [{ field, message: nats.description }] }),
  });
}

/**
 * A deletion of a key is a message like any other, and is asked for by a header.
 * @throws ApiError 403
 */
export function requireKeyOperation(
  ctx: Ctx,
  { clusterId, stream }: At,
  { subject, headers }: { readonly subject: string; readonly headers: readonly { readonly name: string }[] },
): void {
  const bucket = bucketOf(stream, subject);
  if (bucket !== undefined && headers.some(({ name }) => name.toLowerCase() === 'kv-operation'))
    ctx.require(
      { resource: 'kv_values', action: 'delete' },
      { cluster: clusterId, name: bucket, subject: keyOf(subject) },
    );
}

/** A schedule publishes later, and with whose rights nobody asks then: so they are asked for now. */
function requireSchedule(ctx: Ctx, { clusterId, stream }: At, { schedule }: Body): void {
  if (schedule === undefined) return;
  requireMessage(ctx, 'publish', clusterId, stream, schedule.target);
  if (schedule.source !== undefined) requireMessage(ctx, 'read', clusterId, stream, schedule.source);
}

/**
 * Publishes into one stream and nowhere else: its name goes along, so that the server refuses the message where another
 * stream takes the subject by then.
 */
export async function publishMessage(
  links: Links,
  ctx: Ctx,
  at: At,
  body: Body,
): Promise<ResponseOf<Routes['publishMessage']>> {
  requireMessage(ctx, 'publish', at.clusterId, at.stream, body.subject);
  requireKeyOperation(ctx, at, body);
  requireSchedule(ctx, at, body);
  const data = await payloadBytes(body.payload);
  const pairs = publishHeaders(at.stream, body);
  const link = await links.open(ctx, at.clusterId);
  const { config } = await readCurrent(link, 'stream', at.stream, ctx.signal);
  const faults = publishFaults(config, body, data.length + headerBytes(pairs), maxPayloadOf(link));
  if (faults.length > 0) throw refused(faults);
  const told = {
    subject: body.subject,
    bytes: data.length,
    headers: pairs.map(([name]) => name),
    messageId: body.messageId ?? null,
  };
  ctx.changed(null, told);
  try {
    const ack = await publishAcked(link, body.subject, data, pairs);
    const { stream, seq, duplicate = false, domain = null, val = null } = ack;
    ctx.changed(null, { ...told, stream, seq, duplicate });
    if (stream !== at.stream)
      throw new ApiError(
        409,
        'stored_elsewhere',
        `The stream ${stream} took it as message ${seq}: it got this subject from ${at.stream} at that moment.`,
      );
    return { stream, seq, duplicate, domain, counter: val };
  } catch (error) {
    throw publishError(error);
  }
}
