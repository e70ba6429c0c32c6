import type { MessageQuery } from '@jetstream-console/contract';
import { JSONPathEnvironment, type JSONPathQuery } from 'json-p3';
import { RE2JS } from 're2js';
import { decodeTyped, recognize } from '../decoders/decoded';
import { noTypes, type TypeOf } from '../decoders/types';
import { ApiError, invalid } from '../platform/errors';
import { unzipped } from './decode';
import type { Stored } from './reader';

export type MessageFilter = (message: Stored) => boolean;
type Parts = Pick<MessageQuery, 'header' | 'text' | 'regex' | 'jsonPath'>;

const decoder = new TextDecoder();
const gzipped = (data: Buffer) => data.length > 2 && data[0] === 0x1f && data[1] === 0x8b;
const plain = (message: Stored): Buffer =>
  gzipped(message.data) ? (unzipped(message.data) ?? message.data) : message.data;

/** `Name`, or `Name: value`; `*` in the value stands for any run of characters. Names compare without case, as in HTTP. */
export function headerFilter(text: string): MessageFilter {
  const at = text.indexOf(':');
  const name = (at < 0 ? text : text.slice(0, at)).trim().toLowerCase();
  const value = at < 0 ? null : text.slice(at + 1).trim();
  const parts = value?.split('*') ?? [];
  const matches = (candidate: string): boolean => {
    if (value === null) return true;
    if (parts.length === 1) return candidate === value;
    const [first = ''] = parts;
    const last = parts.at(-1) ?? '';
    if (!candidate.startsWith(first) || !candidate.endsWith(last) || candidate.length < first.length + last.length)
      return false;
    let from = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = candidate.indexOf(part, from);
      if (found < 0 || found + part.length > candidate.length - last.length) return false;
      from = found + part.length;
    }
    return true;
  };
  return (message) => message.headers().some(([key, values]) => key.toLowerCase() === name && values.some(matches));
}

function textFilter(text: string): MessageFilter {
  const needle = Buffer.from(text);
  return (message) => plain(message).includes(needle);
}

/** A repeat count multiplies an expression: `[^x]{1000}` is a thousand instructions, each tried at every character. */
const largestProgram = 300;
/** Characters times instructions of one message: some tenths of a second of this process, whoever asks. */
const stepsPerMessage = 5_000_000;

/**
 * RE2: no backtracking, so time grows with the text and with the expression and with nothing else. Both are bounded:
 * of a long payload the beginning is looked at, a quarter of a million characters for a short expression.
 */
function regexFilter(source: string): MessageFilter {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (error) {
    throw invalid(
      'query.regex',
      `is not a regular expression of RE2: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const size = compiled.programSize();
  if (size > largestProgram)
    throw invalid('query.regex', `is too large (${size} steps of ${largestProgram}); use smaller repeat counts`);
  const longest = Math.floor(stepsPerMessage / Math.max(size, 1));
  return (message) => compiled.matcher(decoder.decode(plain(message).subarray(0, longest))).find();
}

const environment = new JSONPathEnvironment();
// These two take regular expressions of JavaScript, which can run for ever; `regex` is there for that.
environment.functionRegister.delete('match');
environment.functionRegister.delete('search');

type Test = (value: unknown) => boolean;
const comparison =
  /^(.*\S)\s*(==|!=|<=|>=|<|>)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)\s*$/s;

function literalOf(text: string): unknown {
  const json = text.startsWith("'") ? `"${text.slice(1, -1).replace(/\\'/g, "'").replace(/"/g, '\\"')}"` : text;
  try {
    return JSON.parse(json);
  } catch {
    throw invalid('query.jsonPath', `compares with ${text}, which is no JSON value; write \\\\ for a backslash`);
  }
}

function testOf(operator: string, wanted: unknown): Test {
  const ordered =
    (compare: (a: number | string, b: number | string) => boolean): Test =>
    (value) =>
      (typeof value === 'number' && typeof wanted === 'number') ||
      (typeof value === 'string' && typeof wanted === 'string')
        ? compare(value, wanted)
        : false;
  switch (operator) {
    case '==':
      return (value) => value === wanted;
    case '!=':
      return (value) => value !== wanted;
    case '<':
      return ordered((a, b) => a < b);
    case '<=':
      return ordered((a, b) => a <= b);
    case '>':
      return ordered((a, b) => a > b);
    default:
      return ordered((a, b) => a >= b);
  }
}

/** Splits `$.a.b > 1` into path and comparison; a comparison inside brackets belongs to the path (`$[?@.a > 1]`). */
function split(source: string): { path: string; test: Test } {
  const found = comparison.exec(source);
  const [, path = '', operator = '', literal = ''] = found ?? [];
  const open = path.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '');
  const balanced = open.split('[').length === open.split(']').length;
  return found && balanced ? { path, test: testOf(operator, literalOf(literal)) } : { path: source, test: () => true };
}

/** How many nodes the selectors of all brackets may multiply one node into. */
const maxBranches = 64;

/**
 * A path may walk a document once: one `..`, none of it and no `$` inside a condition, and few selectors side by side.
 * What is refused here would look at every node for every node (`$..[?@..a]`), or multiply nodes (`[*,*][*,*]...`).
 * @throws ApiError 400
 */
function assertBounded(path: string): void {
  const bare = path.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, "''");
  const conditions = bare.split('?').slice(1);
  const branches = [...bare.matchAll(/\[([^[\]?]*)\]/g)].reduce(
    (product, [, selectors = '']) => product * selectors.split(',').length,
    1,
  );
  if (bare.split('..').length > 2 || conditions.some((condition) => /\.\.|\$/.test(condition)))
    throw invalid(
      'query.jsonPath',
      'may hold one .. and, inside a condition, neither .. nor $: it is tried on every message',
    );
  if (branches > maxBranches) throw invalid('query.jsonPath', 'holds too many selectors side by side');
}

/** Values of one document that a path is tried on: each costs some microseconds of this process, whoever asks. */
export const mostValues = 50_000;

/** At most as many values as a document has: each but the first follows a comma or opens something. */
function valuesIn(data: Buffer): number {
  let found = 1;
  for (const byte of data) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) found++;
  return found;
}

/** A message on which a filter cannot be tried. */
export type Unread = (message: Stored) => void;
const refuse: Unread = ({ seq }) => {
  throw new ApiError(
    422,
    'message_too_large',
    `Message ${seq} holds more than ${mostValues.toLocaleString('en')} values: a JSON path is not tried on it. Filter by header, text or regular expression, or leave the message out by its sequence.`,
  );
};

interface Bytes {
  /** as JSON; null where they are no format that we decode, and may be JSON themselves */
  readonly json: string | null;
  /** they hold more than is looked at */
  readonly beyond: boolean;
}

/** By the type that the subject is bound to, and where that does not fit by what the bytes surely are. */
function decodedOf(message: Stored, data: Buffer, typeOf: TypeOf): Bytes {
  const type = typeOf(message.subject);
  if (type) {
    const typed = decodeTyped(type, data);
    if ('json' in typed) return { json: typed.json, beyond: false };
    if (typed.beyond) return { json: null, beyond: true };
  }
  const { found, beyond } = recognize(data);
  return { json: found?.json ?? null, beyond };
}

/**
 * RFC 9535, evaluated by walking the document: no code of the asker runs. A message that is neither JSON, nor of the
 * type that its subject is bound to, nor surely MessagePack or CBOR does not match.
 */
export function jsonPathFilter(source: string, unread: Unread = refuse, typeOf: TypeOf = noTypes): MessageFilter {
  const { path, test } = split(source.trim());
  assertBounded(path);
  let query: JSONPathQuery;
  try {
    query = environment.compile(path);
  } catch (error) {
    throw invalid(
      'query.jsonPath',
      `is not a JSON path of RFC 9535: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return (message) => {
    const data = plain(message);
    const first = data.find((byte) => byte > 0x20);
    // An empty payload is a message of any type, and holds nothing.
    if (data.length === 0) return false;
    const { json: decoded, beyond } = decodedOf(message, data, typeOf);
    if (beyond) {
      unread(message);
      return false;
    }
    if (decoded === null && first !== 0x7b && first !== 0x5b) return false;
    // A document has at most as many values as bytes: most are not looked through for it.
    if (decoded === null && data.length >= mostValues && valuesIn(data) > mostValues) {
      unread(message);
      return false;
    }
    try {
      return query
        .query(JSON.parse(decoded ?? decoder.decode(data)))
        .values()
        .some(test);
    } catch {
      return false;
    }
  };
}

/**
 * All parts have to match; the cheapest looks first. Null where nothing is filtered.
 * @param unread told of messages that are too large for a JSON path and are taken as not matching; where nobody
 * listens the filter throws, so that nothing is left out in silence
 * @param typeOf which subjects hold messages of which type of Protobuf
 * @throws ApiError 400
 */
export function compileFilter(
  { header, text, regex, jsonPath }: Parts,
  unread?: Unread,
  typeOf?: TypeOf,
): MessageFilter | null {
  const filters = [
    ...(header === undefined ? [] : [headerFilter(header)]),
    ...(text === undefined ? [] : [textFilter(text)]),
    ...(regex === undefined ? [] : [regexFilter(regex)]),
    ...(jsonPath === undefined ? [] : [jsonPathFilter(jsonPath, unread, typeOf)]),
  ];
  return filters.length === 0 ? null : (message) => filters.every((filter) => filter(message));
}
