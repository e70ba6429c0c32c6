import type { Message } from '@jetstream-console/contract';
import { fromBase64 } from '../../payload/bytes';

/** How a value is typed. */
export const valueModes = ['json', 'text', 'base64'] as const;
export type ValueMode = (typeof valueModes)[number];

export interface TypedValue {
  readonly mode: ValueMode;
  readonly text: string;
}
type Payload = Message['payload'];

/** A value to begin an edit from; null where not all of it is here. */
export function typedFrom({ format, text, base64, truncated, unwrapped }: Payload): TypedValue | null {
  if (truncated) return null;
  if (format === 'empty') return { mode: 'text', text: '' };
  // What is packed is shown unpacked; saved as that it would be another value.
  if (text === null || unwrapped.length > 0) return base64 === null ? null : { mode: 'base64', text: base64 };
  return { mode: format === 'json' ? 'json' : 'text', text };
}

/** What is wrong with what was typed, in words; null where nothing is. */
export function faultOfValue({ mode, text }: TypedValue): string | null {
  if (mode === 'json') {
    try {
      JSON.parse(text);
      return null;
    } catch (error) {
      return `This is not JSON: ${error instanceof Error ? error.message : 'it cannot be read'}`;
    }
  }
  if (
    mode === 'base64' &&
    !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replace(/\s/g, ''))
  )
    return 'This is not Base64: it holds letters, digits, + and /, in fours, and = at its end.';
  return null;
}

/** The bytes that are put; what was typed has no fault. */
export const bytesOfValue = ({ mode, text }: TypedValue): Uint8Array<ArrayBuffer> =>
  mode === 'base64' ? new Uint8Array(fromBase64(text.replace(/\s/g, ''))) : new TextEncoder().encode(text);

/** The same bytes typed another way; what cannot be is left as it stands. */
export function inMode(value: TypedValue, mode: ValueMode): TypedValue {
  if (value.mode === mode || faultOfValue(value) !== null) return { mode, text: value.text };
  if (mode === 'base64') {
    let binary = '';
    for (const byte of bytesOfValue(value)) binary += String.fromCharCode(byte);
    return { mode, text: btoa(binary) };
  }
  if (value.mode !== 'base64') return { mode, text: value.text };
  try {
    return { mode, text: new TextDecoder('utf-8', { fatal: true }).decode(bytesOfValue(value)) };
  } catch {
    // Bytes that are no text stay Base64, which loses none of them.
    return value;
  }
}

/** A time as people type it, `90s`, `5m`, `12h`, `7d`: seconds; undefined for none, null for what is no time. */
export function ttlFrom(text: string): number | undefined | null {
  const wanted = text.trim();
  if (wanted === '') return undefined;
  const found = /^(\d{1,9})\s*(s|m|h|d)?$/.exec(wanted);
  if (!found) return null;
  const seconds = Number(found[1]) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[found[2] ?? 's'] ?? 1);
  return seconds >= 1 && seconds <= 10 * 365 * 86_400 ? seconds : null;
}
