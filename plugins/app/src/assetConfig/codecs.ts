import { sameSetting } from '@jetstream-console/contract';
import { instantOf } from '../pages/stream/filter';
import {
  formatBytes,
  formatSpan,
  parseBytes,
  parseCount,
  parseList,
  parsePairs,
  parseSpan,
  parseSpans,
  type Parsed,
} from './amounts';
import type { Editor } from './editors';

/** Kinds of fields that are edited as text. */
export type TextEditor = Exclude<Editor, { kind: 'switch' | 'choice' | 'object' | 'objects' }>;
type TextKind = TextEditor['kind'];

interface Codec {
  /** null for a value that the box cannot hold */
  readonly format: (value: unknown) => string | null;
  readonly parse: (text: string) => Parsed<unknown>;
}

const ofNumber = (format: (n: number) => string, parse: Codec['parse']): Codec => ({
  format: (value) => (typeof value === 'number' ? (value === -1 ? '-1' : format(value)) : null),
  parse,
});
const isText = (value: unknown): value is string => typeof value === 'string';
const plain = (text: string): Parsed<string | undefined> => ({ value: text.trim() === '' ? undefined : text });

const codecs: Readonly<Record<TextKind, Codec>> = {
  text: { format: (value) => (isText(value) ? value : null), parse: (text) => plain(text.trim()) },
  lines: { format: (value) => (isText(value) ? value : null), parse: plain },
  count: ofNumber(String, parseCount),
  bytes: ofNumber(formatBytes, parseBytes),
  span: ofNumber(formatSpan, parseSpan),
  list: {
    format: (value) => (Array.isArray(value) && value.every(isText) ? value.join('\n') : null),
    parse: parseList,
  },
  spans: {
    format: (value) =>
      Array.isArray(value) && value.every((part) => typeof part === 'number') ? value.map(formatSpan).join('\n') : null,
    parse: parseSpans,
  },
  pairs: {
    format: (value) =>
      typeof value === 'object' && value !== null && Object.values(value).every(isText)
        ? Object.entries(value)
            .map(([key, entry]) => `${key}: ${entry}`)
            .join('\n')
        : null,
    parse: parsePairs,
  },
  time: {
    format: (value) => (isText(value) ? value : null),
    parse: (text) => {
      if (text.trim() === '') return { value: undefined };
      const instant = instantOf(text);
      return instant === null ? { fault: 'A time such as 2026-01-31 14:00, or now-15m' } : { value: instant };
    },
  },
};

/** What was typed, as a value; what cannot be read stays the text it is, and is told. */
export const parseText = ({ kind }: TextEditor, text: string): Parsed<unknown> => codecs[kind].parse(text);

/**
 * A value as the text of its box; null where the text would be read as another value than it stands for. Such a field
 * is edited as JSON alone: a box that changes what nobody touched is worse than none.
 */
export function formatText(editor: TextEditor, field: string, value: unknown): string | null {
  if (value === undefined || value === null) return '';
  if ('limit' in editor && editor.limit && value === -1) return '';
  const { format, parse } = codecs[editor.kind];
  const text = format(value);
  // What was typed and could not be read stands there until it is mended.
  if (text === null) return isText(value) ? value : null;
  const back = parse(text);
  return 'value' in back && sameSetting(field, back.value, value) ? text : null;
}
