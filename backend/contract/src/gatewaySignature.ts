import { z } from 'zod';

/**
 * How the datasource's gateway proves itself: an HMAC-SHA256 under the connection's gateway secret over method, path
 * with query, hash of the body, time, nonce, who asks, and the asker's id token as forwarded.
 */
export const gatewayHeaders = {
  /** id of the Grafana connection */
  connection: 'x-console-gateway',
  /** milliseconds since 1970, as text */
  time: 'x-console-time',
  /** 16 random bytes in hex; good once */
  nonce: 'x-console-nonce',
  /** base64url of the JSON of `gatewayAsker` */
  asker: 'x-console-asker',
  /** hex */
  signature: 'x-console-signature',
  /** Grafana's id token of the person who asks, where there is a person */
  idToken: 'x-grafana-id',
} as const;

/** A signature older or newer than this is refused; nonces are remembered for twice as long. */
export const signatureWindowMs = 60_000;

/** What Grafana's plugin context says of the asker. Signed by the gateway, so only as good as Grafana's word for it. */
export const gatewayAsker = z.strictObject({
  orgId: z.int(),
  /** `grafana_scheduler` is the login under which rules are evaluated */
  login: z.string().max(254),
  /** the request carried FromAlert: true */
  fromAlert: z.boolean(),
  pluginVersion: z.string().max(64),
});
export type GatewayAsker = z.infer<typeof gatewayAsker>;

export interface SignedParts {
  readonly method: string;
  /** path and query exactly as sent */
  readonly path: string;
  /** hex SHA-256 of the body, of nothing where there is none */
  readonly bodyHash: string;
  readonly time: string;
  readonly nonce: string;
  readonly asker: string;
  /** the forwarded id token, or an empty string */
  readonly idToken: string;
}

/** The text that is signed. Fields cannot run into each other: none of them holds a line feed. */
export const signedText = (parts: SignedParts): string =>
  ['jsc1', parts.method, parts.path, parts.bodyHash, parts.time, parts.nonce, parts.asker, parts.idToken].join('\n');
