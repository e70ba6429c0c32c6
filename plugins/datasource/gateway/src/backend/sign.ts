import { createHash, createHmac, randomBytes } from 'node:crypto';
import { gatewayHeaders, signedText } from '@jetstream-console/contract';
import type { Asking } from './asker';

interface Signing {
  readonly secret: string;
  readonly connectionId: string;
  readonly method: string;
  /** path and query as the console sees them */
  readonly path: string;
  readonly body: Uint8Array;
  readonly asking: Asking;
}

/** The headers that prove a request to be ours, and whose it is. Good once, for a minute. */
export function signedHeaders(
  { secret, connectionId, method, path, body, asking }: Signing,
  now = Date.now(),
  nonce = randomBytes(16).toString('hex'),
): Record<string, string> {
  const time = String(now);
  const asker = Buffer.from(JSON.stringify(asking.asker)).toString('base64url');
  const idToken = asking.idToken ?? '';
  const bodyHash = createHash('sha256').update(body).digest('hex');
  const signature = createHmac('sha256', secret)
    .update(signedText({ method, path, bodyHash, time, nonce, asker, idToken }))
    .digest('hex');
  return {
    [gatewayHeaders.connection]: connectionId,
    [gatewayHeaders.time]: time,
    [gatewayHeaders.nonce]: nonce,
    [gatewayHeaders.asker]: asker,
    [gatewayHeaders.signature]: signature,
    ...(idToken !== '' && { [gatewayHeaders.idToken]: idToken }),
  };
}
