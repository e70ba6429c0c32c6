import { AddressRefused } from '../clusters/guard';
import { guardedGet } from '../identity/keys';
import type { Ctx } from '../platform/handler';
import { getRow, type ConnectionDeps } from './connections';
import { iso } from './shared';

interface Stage {
  readonly stage: 'address' | 'name' | 'connect' | 'tls' | 'reach' | 'keys' | 'seen';
  readonly ok: boolean;
  readonly detail: string;
}
const failed = (stage: Stage['stage'], detail: string): Stage => ({ stage, ok: false, detail });

/** Node's and OpenSSL's codes for a handshake or a certificate that will not do. */
const tlsCode = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/;

/**
 * At which stage it ended, and what to do. Whoever may make a connection could otherwise look around in the console's
 * network with it: nothing is said of what a name stands for, and a closed port, a filtered one and one where something
 * else listens are told apart by nothing.
 */
export function whyUnreached(error: unknown): Stage {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof AddressRefused)
    return failed(
      'address',
      'This deployment does not let the console connect to that address. Whoever runs it can allow its network by NATS_ALLOWED_NETWORKS; loopback has to be named there, and the console never connects to its own engines and to metadata services.',
    );
  if (/^(ENOTFOUND|EAI_AGAIN|ENODATA)$/.test(code))
    return failed(
      'name',
      "The host's name is not known where the console runs. Check its spelling and the console's DNS.",
    );
  if (tlsCode.test(code))
    return failed(
      'tls',
      'The certificate there is not trusted by the console, is for another name, or no TLS is spoken at all. Give the console the authority by NODE_EXTRA_CA_CERTS, or an address that it can use.',
    );
  return failed(
    'connect',
    'No web server answered there in time. Check host and port of the address of the keys, that Grafana runs, and what stands between it and the console.',
  );
}

function readKeys(status: number, body: string): Stage {
  if (status >= 300 && status < 400)
    return failed(
      'keys',
      'It sends the console on to another address, which is not followed. Give the address it leads to.',
    );
  return status === 200 && /"keys"\s*:\s*\[/.test(body) && body.includes('"ES256"')
    ? { stage: 'keys', ok: true, detail: 'It publishes ES256 keys.' }
    : failed(
        'keys',
        'What it answered are no ES256 keys. Is this the address of a Grafana 12.3 or newer, sub-path included?',
      );
}

/** Fetches the signing keys as a request from Grafana would need them. */
export async function testConnection(deps: ConnectionDeps, ctx: Ctx, organizationId: string, connectionId: string) {
  const row = await getRow(deps, ctx, organizationId, connectionId);
  const stages: Stage[] = [];
  try {
    const { status, body } = await guardedGet(new URL(row.jwks_url), deps.guard);
    stages.push({ stage: 'reach', ok: true, detail: 'A web server answers at the address of the keys.' });
    stages.push(readKeys(status, body));
  } catch (error) {
    // The whole reason is for whoever runs the console.
    deps.log.info({ err: error, connectionId, requestId: ctx.requestId }, 'the keys of a Grafana cannot be fetched');
    stages.push(whyUnreached(error));
  }
  stages.push({
    stage: 'seen',
    ok: row.last_seen_at !== null,
    detail: row.last_seen_at
      ? `The last request through this Grafana came at ${iso(row.last_seen_at)}.`
      : "No request has come through this Grafana yet: paste the connection string into the app's configuration.",
  });
  return { ok: stages.every((s) => s.ok), stages };
}
