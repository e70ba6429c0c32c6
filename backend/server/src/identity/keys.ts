import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';

const timeoutMs = 3000;
const maxBytes = 262_144;

/**
 * GET of a URL that a tenant's administrator typed: addresses are checked where the socket is opened (`lookup`),
 * redirects are not followed, time and size are bounded.
 */
export function guardedGet(url: URL, lookup: LookupFunction): Promise<{ status: number; body: string }> {
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
export function makeKeySets(lookup: LookupFunction, maxSets = 1000) {
  const sets = new Map<string, JWTVerifyGetKey>();
  return (jwksUrl: string): JWTVerifyGetKey => {
    const known = sets.get(jwksUrl);
    if (known) return known;
    if (sets.size >= maxSets) sets.clear();
    const made = createRemoteJWKSet(new URL(jwksUrl), {
      cooldownDuration: 30_000,
      cacheMaxAge: 600_000,
      [customFetch]: async (url) => {
        const { status, body } = await guardedGet(new URL(url), lookup);
        return new Response(body, { status });
      },
    });
    sets.set(jwksUrl, made);
    return made;
  };
}
export type KeySets = ReturnType<typeof makeKeySets>;
