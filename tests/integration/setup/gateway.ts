import { createHash, createHmac, randomBytes } from 'node:crypto';
import { gatewayHeaders, signedText, type GatewayAsker } from '@jetstream-console/contract';
import type { Headers } from './http';

export interface Signing {
  readonly connectionId: string;
  readonly secret: string;
  readonly login: string;
  /** null: nobody stands behind the call */
  readonly token: string | null;
}

/** The headers that the datasource's gateway sends with a request. */
export function gatewaySignature(by: Signing, method: string, path: string, body = ''): Headers {
  const asker: GatewayAsker = { orgId: 1, login: by.login, fromAlert: false, pluginVersion: '0.1.0' };
  const time = String(Date.now());
  const nonce = randomBytes(16).toString('hex');
  const askerText = Buffer.from(JSON.stringify(asker)).toString('base64url');
  const bodyHash = createHash('sha256').update(body).digest('hex');
  const text = signedText({ method, path, bodyHash, time, nonce, asker: askerText, idToken: by.token ?? '' });
  return [
    [gatewayHeaders.connection, by.connectionId],
    [gatewayHeaders.time, time],
    [gatewayHeaders.nonce, nonce],
    [gatewayHeaders.asker, askerText],
    [gatewayHeaders.signature, createHmac('sha256', by.secret).update(text).digest('hex')],
    ...(by.token === null ? [] : [[gatewayHeaders.idToken, by.token] as const]),
    ...(body === '' ? [] : [['content-type', 'application/json'] as const]),
  ];
}
