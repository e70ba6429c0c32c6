import { gunzipSync } from 'node:zlib';
import type { DecodedPayload, DecodeQuery, Message } from '@jetstream-console/contract';
import { decodeAs, decodeTyped, listedBounds, openedBounds, recognize } from '../decoders/decoded';
import type { KnownType } from '../decoders/types';

type View = Message['payload'];

/** A gzip wrapper is taken off up to this size; a bomb ends there. */
export const maxUnzippedBytes = 8 * 1024 * 1024;
const strict = new TextDecoder('utf-8', { fatal: true });

const isGzip = (bytes: Uint8Array) => bytes.length > 18 && bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;

/** The bytes without a gzip wrapper, or null where they are none, are broken, or hold more than the cap. */
export function unzipped(bytes: Uint8Array): Buffer | null {
  if (!isGzip(bytes)) return null;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxUnzippedBytes });
  } catch {
    return null;
  }
}

/** Text where the bytes are UTF-8 without control characters that text does not hold. */
function asText(bytes: Uint8Array): string | null {
  try {
    const text = strict.decode(bytes);
    return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Cut inside a character, UTF-8 would read as broken: the cut moves back to where one starts. */
function cut(bytes: Uint8Array, max: number): Uint8Array {
  if (bytes.length <= max) return bytes;
  let end = max;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

function isJson(text: string): boolean {
  if (!/^\s*[[{"\d\-tfn]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export type Document =
  { readonly kind: 'document'; readonly value: unknown } | { readonly kind: 'empty' | 'text' | 'binary' };

/**
 * A payload as a document with fields; a number or a word alone is text.
 * @param type what its subject is bound to; a payload that does not fit is what it is without
 */
export function documentOf(stored: Uint8Array, type?: KnownType): Document {
  if (stored.length === 0) return { kind: 'empty' };
  const bytes = unzipped(stored) ?? stored;
  const typed = type && decodeTyped(type, bytes);
  if (typed && 'json' in typed) return { kind: 'document', value: JSON.parse(typed.json) as unknown };
  const text = asText(bytes);
  if (text === null) {
    const { found } = recognize(bytes);
    return found ? { kind: 'document', value: JSON.parse(found.json) as unknown } : { kind: 'binary' };
  }
  if (!/^\s*[[{]/.test(text)) return { kind: 'text' };
  try {
    return { kind: 'document', value: JSON.parse(text) as unknown };
  } catch {
    return { kind: 'text' };
  }
}

/**
 * A payload as a person reads it: what it is is found by looking. The format is told from the whole, the text is cut.
 * @param maxBytes of decoded bytes to send
 * @param raw also send the stored bytes as base64 and hex, cut the same way
 * @param inner what `unzipped` made of it, where that is known already
 */
export function viewPayload(stored: Uint8Array, maxBytes: number, raw: boolean, inner = unzipped(stored)): View {
  const bytes = inner ?? stored;
  const part = cut(bytes, maxBytes);
  const whole = part.length === bytes.length;
  const text = asText(part);
  const format: View['format'] =
    stored.length === 0
      ? 'empty'
      : text === null
        ? 'binary'
        : isJson(whole ? text : (asText(bytes) ?? ''))
          ? 'json'
          : 'text';
  const rawPart = Buffer.from(stored.buffer, stored.byteOffset, Math.min(stored.length, maxBytes));
  const note =
    isGzip(stored) && inner === null
      ? `It starts like gzip, and is broken or unpacks to more than ${maxUnzippedBytes / 1024 / 1024} MiB; it is shown as stored.`
      : null;
  return {
    format,
    unwrapped: inner === null ? [] : ['gzip'],
    size: stored.length,
    decodedSize: bytes.length,
    text,
    base64: raw || text === null ? rawPart.toString('base64') : null,
    hex: raw || text === null ? rawPart.subarray(0, 4096).toString('hex') : null,
    truncated: !whole || (rawPart.length < stored.length && inner === null),
    note,
  };
}

/** What a payload is read as: what somebody asks for, and the type of Protobuf that they picked or that its subject is bound to. */
export interface ReadAs {
  readonly wanted: DecodeQuery;
  readonly type?: KnownType | undefined;
}

/**
 * A payload as a message or a value of a key shows it: its bytes, and what they say.
 * @param raw one that somebody opened: its bytes as well
 */
export function viewContent(
  stored: Buffer,
  maxBytes: number,
  raw: boolean,
  as: ReadAs,
): Pick<Message, 'payload' | 'decoded'> {
  const inner = unzipped(stored);
  const payload = viewPayload(stored, maxBytes, raw, inner);
  // Protobuf may look like text: a type that is known says more than that.
  const looked = payload.format === 'binary' || as.wanted !== 'auto' || as.type !== undefined;
  const decoded = looked ? viewDecoded(stored, maxBytes, as, raw, inner) : null;
  return { payload, ...(decoded && { decoded }) };
}

/**
 * A payload read as what is asked for or, where nobody asks, as the type that its subject is bound to; else, where it
 * is no text, as the format that it surely is.
 * @param opened one message; of many at once less is looked at
 * @param inner what `unzipped` made of it, where that is known already
 * @returns null where there is nothing to decode
 */
export function viewDecoded(
  stored: Uint8Array,
  maxBytes: number,
  { wanted, type }: ReadAs,
  opened: boolean,
  inner = unzipped(stored),
): DecodedPayload | null {
  if (stored.length === 0 || wanted === 'none') return null;
  const bytes = inner ?? stored;
  const shown = (json: string) => {
    const all = Buffer.from(json);
    const part = cut(all, maxBytes);
    return { text: strict.decode(part), truncated: part.length < all.length };
  };
  const bounds = opened ? openedBounds : listedBounds;
  if (type) {
    const decoded = decodeTyped(type, bytes, bounds);
    const head = { as: 'protobuf', how: wanted === 'auto' ? 'bound' : 'picked', type: type.shown } as const;
    if ('sentence' in decoded) return { ...head, text: null, truncated: false, note: decoded.sentence };
    return { ...head, ...shown(decoded.json), note: decoded.note };
  }
  if (wanted !== 'auto') {
    const decoded = decodeAs(wanted, bytes);
    const head = { as: wanted, how: 'picked' } as const;
    if (typeof decoded === 'string') return { ...head, text: null, truncated: false, note: decoded };
    return { ...head, ...shown(decoded.json), note: decoded.note };
  }
  const found = asText(bytes) === null ? recognize(bytes, bounds).found : null;
  return found && { as: found.as, how: 'recognized', ...shown(found.json), note: found.note };
}

/** Headers that servers and clients give a meaning, in words (nats-server and ADR documents). */
const meanings: Record<string, string> = {
  'nats-msg-id': 'Deduplication id: the stream drops a second message with it inside the duplicate window',
  'nats-ttl': 'This message expires by itself after this time',
  'nats-marker-reason': 'The server put this marker here: why the value before it went',
  'nats-rollup': 'This message replaced all earlier ones of its subject, or of the stream',
  'nats-expected-stream': 'The publisher demanded this stream',
  'nats-expected-last-sequence': 'The publisher demanded this last sequence of the stream',
  'nats-expected-last-subject-sequence': 'The publisher demanded this last sequence of the subject: a compare-and-set',
  'nats-expected-last-msg-id': 'The publisher demanded this id on the last message',
  'nats-stream-source': 'Copied here by sourcing: from which stream and sequence',
  'nats-incr': 'Adds to the counter of its subject',
  'nats-counter-sources': 'Where a counter was summed from',
  'nats-schedule': 'When the server publishes this message again',
  'nats-schedule-target': 'Where a scheduled message is published',
  'nats-schedule-next': 'When the schedule fires next',
  'nats-batch-id': 'Part of an atomic batch',
  'nats-batch-sequence': 'Its place in the atomic batch',
  'nats-batch-commit': 'Ends the atomic batch',
  'nats-trace-dest': "Where the servers report this message's way",
  'kv-operation': 'KV: DEL deletes the key and keeps its history, PURGE ends the history too',
  traceparent: 'W3C trace context: the trace this message belongs to',
};
export function viewHeaders(pairs: readonly [string, string[]][]): Message['headers'] {
  return pairs.map(([name, values]) => ({ name, values, meaning: meanings[name.toLowerCase()] ?? null }));
}
