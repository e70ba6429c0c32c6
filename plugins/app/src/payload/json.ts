export type TokenKind = 'key' | 'string' | 'number' | 'literal' | 'mark';
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const space = /\s*/y;
const plainToken = /[{}[\],:]|true|false|null|-?\d[\d.eE+-]*/y;

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return -1;
}

/** The raw tokens, and what stands behind the last whole one: a payload may be cut anywhere. */
function scan(text: string): { raw: string[]; rest: string } {
  const raw: string[] = [];
  let at = 0;
  for (;;) {
    space.lastIndex = at;
    space.exec(text);
    at = space.lastIndex;
    if (at >= text.length) return { raw, rest: '' };
    if (text[at] === '"') {
      const end = stringEnd(text, at);
      if (end < 0) return { raw, rest: text.slice(at) };
      raw.push(text.slice(at, end));
      at = end;
      continue;
    }
    plainToken.lastIndex = at;
    const found = plainToken.exec(text);
    if (!found) return { raw, rest: text.slice(at) };
    raw.push(found[0]);
    at = plainToken.lastIndex;
  }
}

/** Lists of numbers and the like fill lines up to this width. */
const lineWidth = 60;

/**
 * Where a list or object without others inside ends, if it is short enough to stand on one line, or is a list of plain
 * values, which fill as many lines as they need; else -1.
 */
function inlineEnd(raw: readonly string[], open: number): number {
  let width = 0;
  let plain = raw[open] === '[';
  for (let at = open + 1; at < raw.length; at++) {
    const token = raw[at] ?? '';
    if (token === ']' || token === '}') return width <= lineWidth || plain ? at : -1;
    width += token.length + 1;
    plain &&= !token.startsWith('"');
    if (token === '[' || token === '{' || (width > lineWidth && !plain)) return -1;
  }
  return -1;
}

function kindOf(token: string, next: string | undefined): TokenKind {
  if (token.startsWith('"')) return next === ':' ? 'key' : 'string';
  if (/^[-\d]/.test(token)) return 'number';
  return /^[tfn]/.test(token) ? 'literal' : 'mark';
}

/**
 * JSON indented for reading, from its text alone: numbers keep every digit and keys their order and repetitions, which
 * parsing would lose. Where the text is cut or is no JSON, what is left stands at the end as it is.
 */
export function prettyTokens(text: string): Token[] {
  const { raw, rest } = scan(text);
  const out: Token[] = [];
  let depth = 0;
  let inlineUntil = -1;
  let column = 0;
  const put = (kind: TokenKind, piece: string) => {
    out.push({ kind, text: piece });
    column += piece.length;
  };
  const mark = (piece: string) => put('mark', piece);
  const line = () => {
    column = 0;
    mark(`\n${'  '.repeat(depth)}`);
  };
  raw.forEach((token, i) => {
    const inline = i < inlineUntil;
    const next = raw[i + 1];
    if (token === '{' || token === '[') {
      mark(token);
      if (next === (token === '{' ? '}' : ']')) return;
      inlineUntil = Math.max(inlineUntil, inlineEnd(raw, i));
      depth++;
      if (i >= inlineUntil) line();
      else if (token === '{') mark(' ');
    } else if (token === '}' || token === ']') {
      const empty = raw[i - 1] === (token === '}' ? '{' : '[');
      if (!empty) {
        depth = Math.max(0, depth - 1);
        if (i > inlineUntil) line();
        else if (token === '}') mark(' ');
      }
      mark(token);
    } else if (token === ',') {
      mark(token);
      if (inline && column <= lineWidth) mark(' ');
      else line();
    } else if (token === ':') mark(': ');
    else put(kindOf(token, next), token);
  });
  if (rest !== '') mark(rest);
  return out;
}

export const prettyJson = (text: string): string =>
  prettyTokens(text)
    .map((token) => token.text)
    .join('');
