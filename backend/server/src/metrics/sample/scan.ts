const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** A part of a JSON document, by the places of its first byte and of the byte after its last. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
export interface Cut {
  /** the elements of the array; null where the document has none of that name */
  readonly elements: readonly Span[] | null;
  /** the document with the array emptied, ready to be parsed */
  readonly head: string;
}

/** @returns the place after the value that starts at `from`, an object or an array. @throws SyntaxError when it does not end */
function endOf(json: Buffer, from: number, end: number): number {
  let depth = 0;
  for (let i = from; i < end; i++) {
    const byte = json[i];
    if (byte === quote) {
      for (i++; i < end && json[i] !== quote; i++) if (json[i] === backslash) i++;
    } else if (byte === openBrace || byte === openBracket) depth++;
    else if (byte === closeBrace || byte === closeBracket) {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  throw new SyntaxError('The reply ends in the middle of a value');
}

/**
 * Cuts one array of objects out of a document without parsing it, so that a reply of 30 MB is parsed object by
 * object and is never a tree of a hundred megabytes. The name cannot be met inside a string: its quotes would be
 * escaped there.
 * @throws SyntaxError when the document ends before its array does
 */
export function cutArray(json: Buffer, name: string, span: Span = { start: 0, end: json.length }): Cut {
  const marker = `"${name}":[`;
  const at = json.subarray(span.start, span.end).indexOf(marker);
  if (at < 0) return { elements: null, head: json.toString('utf8', span.start, span.end) };
  const first = span.start + at + marker.length;
  const elements: Span[] = [];
  let i = first;
  while (i < span.end && json[i] !== closeBracket) {
    if (json[i] === openBrace) {
      const end = endOf(json, i, span.end);
      elements.push({ start: i, end });
      i = end;
    } else i++;
  }
  if (i >= span.end) throw new SyntaxError(`The reply ends inside ${name}`);
  return {
    elements,
    head: json.toString('utf8', span.start, first) + json.toString('utf8', i, span.end),
  };
}

/** @throws SyntaxError */
export const parseSpan = (json: Buffer, { start, end }: Span): unknown => JSON.parse(json.toString('utf8', start, end));

/** Neighbouring elements of one array put together up to a size, each lot one stretch of the document. */
export function inLots(elements: readonly Span[], size: number): (Span & { readonly count: number })[] {
  const lots: { start: number; end: number; count: number }[] = [];
  for (const { start, end } of elements) {
    const last = lots.at(-1);
    if (last && end - last.start <= size) {
      last.end = end;
      last.count++;
    } else lots.push({ start, end, count: 1 });
  }
  return lots;
}
