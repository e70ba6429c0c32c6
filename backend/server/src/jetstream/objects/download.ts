import type { HeadersOf, Routes, VerifyEvent } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import { Raw, type Ctx } from '../../platform/handler';
import { httpDigest } from './info';
import { parseRange } from './range';
import { checkedContent, contentOf, partialContent, wholeContent, type Whole } from './read';
import { originOf, resolve, type AtStore } from './stores';

/** A file name for a header (RFC 6266): the whole in UTF-8, and what of it old clients read. */
function disposition(name: string): string {
  const file = name.split('/').at(-1) || 'object';
  const plain = file.replace(/[^\x20-\x7e]|["\\]/g, '_');
  const encoded = encodeURIComponent(file).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

async function open(links: Links, ctx: Ctx, at: AtStore, name: string) {
  const link = await links.open(ctx, at.clusterId);
  const found = await resolve(link, ctx, at, name);
  // A mirror holds the chunks under the names of what it mirrors.
  const content = await contentOf(link, found.store, found.info);
  return { ...found, content: { ...content, store: await originOf(link, found.store) } };
}

/** What fails before anything was sent is told as what it is, in place of an answer that breaks off. */
async function begun(parts: AsyncGenerator<Buffer, void>): Promise<AsyncGenerator<Buffer, void>> {
  const first = await parts.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* parts;
  })();
}

export async function downloadObject(
  links: Links,
  ctx: Ctx,
  at: AtStore,
  name: string,
  { range }: HeadersOf<Routes['downloadObject']>,
): Promise<Raw> {
  const { info, content } = await open(links, ctx, at, name);
  const span = parseRange(range, info.size);
  if (span === 'outside')
    throw new ApiError(416, 'range_outside', `The object has ${info.size} bytes, and nothing of that range is in it.`);
  const digest = info.digest ? httpDigest(info.digest) : null;
  const headers = {
    'accept-ranges': 'bytes',
    'content-disposition': disposition(name),
    etag: `"${info.nuid}"`,
    ...(digest !== null && { 'repr-digest': digest }),
  };
  if (span === null)
    return new Raw('application/octet-stream', await begun(checkedContent(content, ctx.signal)), {
      headers: { ...headers, 'content-length': String(info.size) },
    });
  return new Raw('application/octet-stream', await begun(partialContent(content, span, ctx.signal)), {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(span.to - span.from + 1),
      'content-range': `bytes ${span.from}-${span.to}/${info.size}`,
    },
  });
}

const tellEveryMs = 250;

/** Reads all of it, and says what came of that. */
export async function verifyObject(
  links: Links,
  ctx: Ctx,
  at: AtStore,
  name: string,
  emit: (event: VerifyEvent) => Promise<void>,
): Promise<void> {
  const { info, content } = await open(links, ctx, at, name);
  let bytes = 0;
  let told = Date.now();
  let whole: Whole | null = null;
  await emit({ type: 'progress', bytes, of: info.size });
  try {
    for await (const part of wholeContent(content, ctx.signal, (found) => {
      whole = found;
    })) {
      bytes += part.length;
      if (Date.now() - told < tellEveryMs) continue;
      told = Date.now();
      await emit({ type: 'progress', bytes, of: info.size });
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return emit({ type: 'error', code: error.code, detail: error.message });
  }
  const found: Whole | null = whole;
  if (found !== null) await emit(endOf(found, info.digest ?? null));
}

const endOf = ({ fault, bytes, chunks, digest }: Whole, said: string | null): VerifyEvent => ({
  type: 'end',
  whole: fault === null,
  fault,
  bytes,
  chunks,
  digest,
  said: said === '' ? null : said,
});
