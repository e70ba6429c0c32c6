import type { Socket } from 'node:net';
import type { ClusterSettings, Credential } from '@jetstream-console/contract';
import { connect, errors, type NatsConnection } from '@nats-io/transport-node';
import { ApiError } from '../platform/errors';
import { AddressRefused, type Guard } from './guard';
import { connectionOptions, mustUseTls, targetOf, tlsOf, type Resolved } from './options';
import type { Vault } from './vault';
import { dial, handshake, readInfo } from './wire';

/** What is left of the five seconds after the client's own try. */
const diagnosisMs = 500;
/** How the names of the console's connections begin, so that whoever looks at a server knows them. */
export const ownName = 'jetstream-console';
/**
 * What this console calls its connections to a cluster, and what it called them under older master keys: neither
 * another console nor whoever gives himself such a name is taken for it.
 */
export const connectionNames = ({ marks }: Pick<Vault, 'marks'>, clusterId: string): readonly [string, ...string[]] => {
  const [current, ...older] = marks(clusterId);
  return [`${ownName} ${current}`, ...older.map((mark) => `${ownName} ${mark}`)];
};

function chain(error: unknown): string[] {
  const messages: string[] = [];
  for (let at: unknown = error; at instanceof Error && messages.length < 5; at = at.cause)
    messages.push(`${at.message}${'code' in at ? ` (${String(at.code)})` : ''}`);
  return messages;
}

/** Why a connection failed, in words that say what to do. */
export function explainConnect(error: unknown, settings: Pick<ClusterSettings, 'urls'>): string {
  const all = chain(error).join(' / ');
  const where = settings.urls.join(', ');
  if (error instanceof AddressRefused) return error.message;
  if (/ENOTFOUND|EAI_AGAIN/.test(all))
    return `The name in ${where} does not resolve. Check its spelling and the console's DNS.`;
  if (/refused/i.test(all)) return `Nothing listens at ${where}. Check host and port, and that the server runs.`;
  if (/authorization violation|authentication expired|user authentication/i.test(all))
    return 'The server refuses this credential: wrong, expired, or of another cluster.';
  if (/does not support 'tls'/.test(all))
    return 'TLS is asked for, and this server offers none. Take the certificate and TLS settings out, or turn TLS on at the server.';
  if (/alert certificate required|alert number 116/i.test(all)) return 'The server wants a client certificate.';
  // Before TLS 1.3 a server that misses a client certificate says "bad certificate" or "handshake failure".
  if (/alert (bad certificate|handshake failure)/i.test(all))
    return 'The server wants a client certificate, or does not accept the one it got.';
  if (/alert (unknown ca|unsupported certificate|certificate (expired|revoked|unknown))/i.test(all))
    return 'The server does not accept the client certificate: it has ended, or its authority is not one that the server knows.';
  if (/self.signed|unable to (get|verify)|UNABLE_TO|DEPTH_ZERO/i.test(all))
    return "The server's certificate is not signed by a known authority. Paste the CA's certificate into the TLS settings.";
  if (/CERT_HAS_EXPIRED|certificate has expired/i.test(all)) return "The server's certificate has expired.";
  if (/altnames|ERR_TLS_CERT_ALTNAME/i.test(all))
    return "The server's certificate is for another name. Set the server name in the TLS settings to one that is in the certificate.";
  if (/undefined error/.test(all))
    return `${where} closed the connection before it said anything. Does the server want TLS first? Then set TLS to "first".`;
  if (/timeout|ETIMEDOUT|EHOSTUNREACH/i.test(all))
    return `No answer from ${where} in time. Is a firewall between, or does the server want TLS first?`;
  return `The connection to ${where} failed: ${all || String(error)}.`;
}

async function resolveAll(settings: ClusterSettings, guard: Guard): Promise<Resolved[]> {
  const results = await Promise.allSettled(
    settings.urls.map(async (url) => {
      const { host, port } = targetOf(url);
      return { host, port, addresses: await guard.resolve(host, port) };
    }),
  );
  const found = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (found.length === 0 && failed) throw failed.reason;
  return found;
}

/**
 * In TLS 1.3 a server refuses a client's certificate after the client takes the handshake for done; the NATS client then
 * waits in silence and reports a timeout. Looked at once more, by hand: the server's own alert, or null where there is
 * none to be had in the time that is left.
 */
async function refusedAfterHandshake(
  settings: ClusterSettings,
  credential: Credential | null,
  resolved: readonly Resolved[],
): Promise<unknown> {
  const [server] = resolved;
  const [address] = server?.addresses ?? [];
  if (!server || !address) return null;
  let socket: Socket | null = null;
  try {
    socket = await dial(address, server.port, diagnosisMs);
    if (settings.tls.mode !== 'first') await readInfo(socket);
    await handshake(socket, settings, credential, server.host, diagnosisMs);
    return null;
  } catch (error) {
    return /alert|certificate/i.test(chain(error).join()) ? error : null;
  } finally {
    socket?.destroy();
  }
}

/**
 * Opens a connection with these settings. One URL that does not resolve or is refused does not spoil the others.
 * @throws what the client threw; see explainConnect
 */
export async function openNats(
  settings: ClusterSettings,
  credential: Credential | null,
  guard: Guard,
  name: string,
): Promise<NatsConnection> {
  const resolved = await resolveAll(settings, guard);
  const tls = tlsOf(
    settings,
    credential,
    resolved.map(({ host }) => host),
  );
  const attempt = async (options: typeof tls | null) => {
    try {
      return await connect(connectionOptions(settings, credential, resolved, options, name));
    } catch (error) {
      throw options !== null && chain(error).join().includes('timeout')
        ? ((await refusedAfterHandshake(settings, credential, resolved)) ?? error)
        : error;
    }
  };
  if (mustUseTls(settings, credential)) return attempt(tls);
  try {
    return await attempt(tls);
  } catch (error) {
    // `auto` follows the server: the client refuses a TLS configuration where the server has none.
    if (error instanceof errors.ConnectionError && error.message.includes("does not support 'tls'"))
      return attempt(null);
    throw error;
  }
}

export const unreachable = (reason: string, cause?: unknown) =>
  new ApiError(503, 'cluster_unreachable', `This cluster cannot be reached: ${reason}`, { cause, retryAfter: 5 });
