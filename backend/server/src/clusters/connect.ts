import type { ClusterSettings, Credential } from '@jetstream-console/contract';
import { connect, errors, type NatsConnection } from '@nats-io/transport-node';
import { ApiError } from '../platform/errors';
import { AddressRefused, type Guard } from './guard';
import { connectionOptions, mustUseTls, targetOf, tlsOf, type Resolved } from './options';

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
  if (/self.signed|unable to (get|verify)|UNABLE_TO|DEPTH_ZERO/i.test(all))
    return "The server's certificate is not signed by a known authority. Paste the CA's certificate into the TLS settings.";
  if (/CERT_HAS_EXPIRED|certificate has expired/i.test(all)) return "The server's certificate has expired.";
  if (/altnames|ERR_TLS_CERT_ALTNAME/i.test(all))
    return "The server's certificate is for another name. Set the server name in the TLS settings to one that is in the certificate.";
  if (/certificate required|bad certificate|handshake failure|alert number 116/i.test(all))
    return 'The server wants a client certificate.';
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
  const attempt = (options: typeof tls | null) =>
    connect(connectionOptions(settings, credential, resolved, options, name));
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
