import { randomBytes } from 'node:crypto';
import type { Pairing } from '@jetstream-console/contract';
import { hashSecret } from '../identity/grafanaToken';

/** A secret names its connection, so that the server knows whom to compare with (`connectionOf`). */
const secretOf = (kind: 'p' | 'g', connectionId: string): string =>
  `jsc_${kind}_${connectionId.replaceAll('-', '')}_${randomBytes(32).toString('base64url')}`;

export const newSecrets = (connectionId: string): Pick<Pairing, 'proxySecret' | 'gatewaySecret'> => ({
  proxySecret: secretOf('p', connectionId),
  gatewaySecret: secretOf('g', connectionId),
});

/** Seals the gateway's secret, which has to be read again to check a signature. */
export type SealSecret = (organizationId: string, connectionId: string, secret: string) => string;

/** The secrets as the database keeps them: the proxy's can only be compared with. */
export const storedSecrets = (
  { proxySecret, gatewaySecret }: Pick<Pairing, 'proxySecret' | 'gatewaySecret'>,
  organizationId: string,
  connectionId: string,
  seal: SealSecret,
) => ({
  proxy_secret_hash: hashSecret(proxySecret),
  gateway_secret_sealed: seal(organizationId, connectionId, gatewaySecret),
});

export const withSlash = (url: string) => (url.endsWith('/') ? url : `${url}/`);
export const keysBelow = (grafanaUrl: string) => `${withSlash(grafanaUrl)}api/signing-keys/keys`;
