import type { Links } from '../../clusters/link';
import type { BodyLimit, Ctx } from '../../platform/handler';
import { maxPayloadOf } from './publish';

/** No server takes more in one message, whatever it is set to (MAX_PAYLOAD_MAX_SIZE of nats-server). */
const mostPayload = 64 * 1024 * 1024;
/** Beside the payload: subject, headers and the fields of the body. */
const besides = 1024 * 1024;

/** Base64 makes four bytes of three; text with much to escape may be longer than that, and then goes as Base64. */
export function publishBodyLimit(maxPayload: number): BodyLimit {
  const payload = Math.min(maxPayload, mostPayload);
  return {
    bytes: Math.ceil(payload / 3) * 4 + besides,
    sentence: `Nothing was published: this body is larger than any message of this cluster, whose server takes ${payload.toLocaleString('en')} bytes with headers (max_payload). Send less, send text with many escapes as Base64, or put the content into an object store and publish its name.`,
  };
}

/** Asked before the body is read: what the server would refuse is never held in memory. */
export const publishLimit = async (links: Links, ctx: Ctx, clusterId: string): Promise<BodyLimit> =>
  publishBodyLimit(maxPayloadOf(await links.open(ctx, clusterId)));
