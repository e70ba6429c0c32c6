import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import type { Guard } from '../clusters/guard';

const timeoutMs = 3000;
const maxBytes = 262_144;

/** Answers what was looked at before, so that the socket goes there and nowhere else. */
function pinned(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4 }));
  return (_hostname, options, callback) => {
    const [first] = entries;
    if (options.all) callback(null, entries);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/**
 * GET of a URL that a tenant's administrator typed: address and port are checked before a socket is opened (one that is
 * written as a number is never looked up, so the check cannot stand in the look-up), redirects are not followed, time and
 * size are bounded.
 * @throws AddressRefused
 */
export async function guardedGet(url: URL, guard: Guard): Promise<{ status: number; body: string }> {
  const port = url.port ? Number(url.port) : url.protocol === 'https:' ? 443 : 80;
  const lookup = pinned(await guard.resolve(url.hostname, port));
  return new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? https.get : http.get;
    const req = get(
      url,
      { lookup, timeout: timeoutMs, headers: { accept: 'application/json' }, agent: false },
      (res) => {
        const chunks: Buffer[] = [];
        let size = 0;
        res.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxBytes) req.destroy(new Error(`the answer is larger than ${maxBytes} bytes`));
          else chunks.push(chunk);
        });
        res.on('end', () => resolve({ status: res.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
        res.on('error', reject);
      },
    );
    const late = setTimeout(() => req.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    req.on('close', () => clearTimeout(late));
    req.on('timeout', () => req.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    req.on('error', reject);
  });
}

/** Key sets by URL: fetched when an unknown key id turns up, at most every 30 s, and again after ten minutes. */
export function makeKeySets(guard: Guard, maxSets = 1000) {
  const sets = new Map<string, JWTVerifyGetKey>();
  return (jwksUrl: string): JWTVerifyGetKey => {
    const known = sets.get(jwksUrl);
    if (known) return known;
    if (sets.size >= maxSets) sets.clear();
    const made = createRemoteJWKSet(new URL(jwksUrl), {
      cooldownDuration: 30_000,
      cacheMaxAge: 600_000,
      [customFetch]: async (url) => {
        const { status, body } = await guardedGet(new URL(url), guard);
        return new Response(body, { status });
      },
    });
    sets.set(jwksUrl, made);
    return made;
  };
}
export type KeySets = ReturnType<typeof makeKeySets>;
