import type { ObjectRow } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Stored } from '../reader';

/** What describes an object, as every client writes and reads it (ADR-20 of NATS). */
export const objectInfo = z.looseObject({
  name: z.string(),
  description: z.string().optional(),
  headers: z.record(z.string(), z.array(z.string())).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  options: z
    .looseObject({
      link: z.looseObject({ bucket: z.string(), name: z.string().optional() }).nullish(),
      max_chunk_size: z.number().optional(),
    })
    .nullish(),
  bucket: z.string().optional(),
  nuid: z.string(),
  size: z.number().default(0),
  chunks: z.number().default(0),
  digest: z.string().optional(),
  deleted: z.boolean().optional(),
});
export type ObjectInfo = z.infer<typeof objectInfo>;

/** base64url with padding, as Go's `base64.URLEncoding` writes names and digests. */
const padded = (text: string) => text.padEnd(Math.ceil(text.length / 4) * 4, '=');
export const encodeName = (name: string): string => padded(Buffer.from(name, 'utf8').toString('base64url'));
/** nats.js writes names letter by letter in Latin-1, where the other clients write UTF-8. */
const encodeLatin = (name: string): string => padded(Buffer.from(name, 'latin1').toString('base64url'));
const isLatin = (name: string) => /^[\u0000-\u00ff]*$/.test(name) && /[\u0080-\u00ff]/.test(name);
/** null for what no client wrote */
export function decodeName(text: string): string | null {
  const bytes = Buffer.from(text, 'base64url');
  const name = bytes.toString('utf8');
  if (encodeName(name) === text) return name;
  const latin = bytes.toString('latin1');
  return encodeLatin(latin) === text ? latin : null;
}

export const digestOf = (hash: Uint8Array): string => `SHA-256=${padded(Buffer.from(hash).toString('base64url'))}`;
/** Clients write the padding or leave it; both are the same digest. */
export const sameDigest = (a: string, b: string): boolean => a.replace(/=+$/, '') === b.replace(/=+$/, '');
/** For HTTP (RFC 9530): `sha-256=:…:` */
export function httpDigest(digest: string): string | null {
  const found = /^SHA-256=([A-Za-z0-9_-]+)=*$/.exec(digest);
  return found?.[1] === undefined ? null : `sha-256=:${Buffer.from(found[1], 'base64url').toString('base64')}:`;
}

export const metaPrefix = (store: string): string => `$O.${store}.M.`;
export const metaSubject = (store: string, name: string): string => metaPrefix(store) + encodeName(name);
/** Where the description of an object may stand: as most clients write names, and as nats.js does. */
export const metaSubjects = (store: string, name: string): string[] => [
  metaSubject(store, name),
  ...(isLatin(name) ? [metaPrefix(store) + encodeLatin(name)] : []),
];
export const chunkSubject = (store: string, nuid: string): string => `$O.${store}.C.${nuid}`;

/** @returns null where the message is no description of an object */
export function readInfo({ data }: Pick<Stored, 'data'>): ObjectInfo | null {
  try {
    const parsed = objectInfo.safeParse(JSON.parse(data.toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not JSON: whoever put it there is no client of object stores.
    return null;
  }
}

export function toRow(info: ObjectInfo, { seq, time }: Pick<Stored, 'seq' | 'time'>): ObjectRow {
  const link = info.options?.link;
  return {
    name: info.name,
    description: info.description ?? null,
    size: info.size,
    chunks: info.chunks,
    chunkBytes: info.options?.max_chunk_size ?? null,
    digest: info.digest ? info.digest : null,
    modified: time,
    revision: seq,
    headers: info.headers ?? {},
    metadata: info.metadata ?? {},
    link: link ? { store: link.bucket, name: link.name ?? null } : null,
  };
}
