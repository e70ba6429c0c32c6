import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { ClusterSettings, Credential } from '@jetstream-console/contract';
import {
  credsAuthenticator,
  jwtAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
  type Authenticator,
  type ConnectionOptions,
  type TlsOptions,
} from '@nats-io/transport-node';

/** What transport-node hands on to Node's TLS besides its own fields. */
interface NodeTls extends TlsOptions {
  servername?: string;
  checkServerIdentity?: (host: string, cert: PeerCertificate) => Error | undefined;
}

/** Leaves half a second of the five in which "unreachable" has to be said, to find out why. */
export const connectTimeoutMs = 3500;
/** About ten seconds a server. */
const reconnectAttempts = 15;
const defaultPort = 4222;

const bytes = (text: string) => new TextEncoder().encode(text);

function authenticatorOf({ auth }: Pick<Credential, 'auth'>): Authenticator | undefined {
  switch (auth.kind) {
    case 'none':
      return undefined;
    case 'user_password':
      return usernamePasswordAuthenticator(auth.user, auth.password);
    case 'token':
      return tokenAuthenticator(auth.token);
    case 'nkey':
      return nkeyAuthenticator(bytes(auth.seed));
    case 'jwt':
      return jwtAuthenticator(auth.jwt, auth.seed === undefined ? undefined : bytes(auth.seed));
    case 'creds':
      return credsAuthenticator(bytes(auth.creds));
  }
}

export interface Target {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

export function targetOf(url: string): Target {
  const parsed = new URL(url);
  return {
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port ? Number(parsed.port) : defaultPort,
    tls: parsed.protocol === 'tls:',
  };
}

/** Whether a connection in the clear is to be refused: where TLS was asked for in any way, a server cannot talk us out of it. */
export function mustUseTls(settings: Pick<ClusterSettings, 'tls' | 'urls'>, credential: Credential | null): boolean {
  const { mode, ca, serverName } = settings.tls;
  return (
    mode !== 'auto' ||
    ca !== undefined ||
    serverName !== undefined ||
    credential?.clientCert !== undefined ||
    settings.urls.some((url) => targetOf(url).tls)
  );
}

/**
 * TLS options for addresses we have resolved ourselves: the certificate still has to be for a name that was
 * configured, not for the address.
 */
export function tlsOf(
  settings: Pick<ClusterSettings, 'tls'>,
  credential: Credential | null,
  hosts: readonly string[],
): NodeTls {
  const names = settings.tls.serverName === undefined ? hosts : [settings.tls.serverName];
  const sni = names.find((name) => !/^[\d.]+$|:/.test(name));
  return {
    ...(settings.tls.mode === 'first' && { handshakeFirst: true }),
    ...(settings.tls.ca !== undefined && { ca: settings.tls.ca }),
    ...(credential?.clientCert !== undefined && { cert: credential.clientCert, key: credential.clientKey }),
    ...(sni !== undefined && { servername: sni }),
    checkServerIdentity: (_, certificate) => {
      const faults = names.map((name) => checkServerIdentity(name, certificate));
      return faults.some((fault) => fault === undefined) ? undefined : faults[0];
    },
  };
}

export interface Resolved {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
}

const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address);

/**
 * Options for the NATS client. Servers are addresses that passed the guard; cluster gossip is not followed, since it
 * names addresses that nobody checked.
 * @param tls null: in the clear
 */
export function connectionOptions(
  settings: ClusterSettings,
  credential: Credential | null,
  resolved: readonly Resolved[],
  tls: NodeTls | null,
  name: string,
): ConnectionOptions {
  return {
    servers: resolved.flatMap(({ port, addresses }) => addresses.map((address) => `${bracketed(address)}:${port}`)),
    authenticator: credential ? authenticatorOf(credential) : undefined,
    tls,
    name,
    timeout: connectTimeoutMs,
    ignoreClusterUpdates: true,
    resolve: false,
    pingInterval: 20_000,
    maxPingOut: 2,
    reconnect: true,
    // Not for ever: a connection that gives up is opened anew at the next request, with names looked up again and with a
    // reason to tell.
    maxReconnectAttempts: reconnectAttempts,
    reconnectTimeWait: 500,
    reconnectJitter: 500,
    reconnectJitterTLS: 1000,
    ...(settings.inboxPrefix !== null && { inboxPrefix: settings.inboxPrefix }),
  };
}

/** What of a credential may be shown: who it is, never what proves it. */
export function hintOf({ auth, clientCert }: Credential): string {
  const cert = clientCert === undefined ? '' : ' with a client certificate';
  switch (auth.kind) {
    case 'none':
      return `no authentication${cert}`;
    case 'user_password':
      return `user ${auth.user}${cert}`;
    case 'token':
      return `token${cert}`;
    case 'nkey':
      return `nkey${cert}`;
    case 'jwt':
      return `JWT${jwtName(auth.jwt)}${cert}`;
    case 'creds':
      return `.creds${jwtName(/BEGIN NATS USER JWT-+\s*([^\s-]+)/.exec(auth.creds)?.[1] ?? '')}${cert}`;
  }
}

/** The `name` a user JWT claims; it is a label, nothing is trusted because of it. */
function jwtName(jwt: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && 'name' in claims && typeof claims.name === 'string'
      ? ` of ${claims.name.slice(0, 80)}`
      : '';
  } catch {
    return '';
  }
}
