import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, hexRows, hexText } from './bytes';
import { diffLines } from './diff';
import { prettyJson, prettyTokens } from './json';

describe('hex dump', () => {
  it('shows offset, two groups and printable characters', () => {
    const bytes = new TextEncoder().encode('Hello, JetStream!\n');
    expect(hexText(hexRows(bytes))).toBe(
      [
        '00000000  48 65 6c 6c 6f 2c 20 4a  65 74 53 74 72 65 61 6d  |Hello, JetStream|',
        '00000010  21 0a                                             |!.|',
      ].join('\n'),
    );
  });
  it('keeps every byte, in order', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const back = hexRows(bytes).flatMap((row) => row.hex.trim().split(/\s+/));
        expect(back.filter((cell) => cell !== '').map((cell) => parseInt(cell, 16))).toEqual(Array.from(bytes));
      }),
    );
  });
  it('stops where it is told, and shows nothing of nothing', () => {
    expect(hexRows(new Uint8Array(100), 2)).toHaveLength(2);
    expect(hexRows(new Uint8Array())).toEqual([]);
  });
  it('reads base64 as bytes, not as text', () => expect(Array.from(fromBase64('AP+A'))).toEqual([0, 255, 128]));
});

describe('JSON for reading', () => {
  it('indents, and keeps short lists on one line', () =>
    expect(prettyJson('{"id":"o-1","items":[{"sku":"A","n":2},{"sku":"B","n":1}],"tags":[1,2,3],"empty":{}}')).toBe(
      `{
  "id": "o-1",
  "items": [
    { "sku": "A", "n": 2 },
    { "sku": "B", "n": 1 }
  ],
  "tags": [1, 2, 3],
  "empty": {}
}`,
    ));
  it('lets long lists of numbers fill lines', () => {
    const lines = prettyJson(JSON.stringify({ samples: Array.from({ length: 40 }, (_, i) => i * 100) })).split('\n');
    expect(lines.length).toBeLessThan(8);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(72);
  });
  it('keeps every digit of a number and repeated keys', () =>
    expect(prettyJson('{"a":12345678901234567890.10,"a":-1e400}')).toBe(
      '{ "a": 12345678901234567890.10, "a": -1e400 }',
    ));
  it('tells keys from values', () =>
    expect(prettyTokens('{"a":"b","c":null}').filter(({ kind }) => kind !== 'mark')).toEqual([
      { kind: 'key', text: '"a"' },
      { kind: 'string', text: '"b"' },
      { kind: 'key', text: '"c"' },
      { kind: 'literal', text: 'null' },
    ]));
  it('shows what is left of a payload that was cut inside a string', () =>
    expect(prettyJson('{"a":1,"b":"half')).toContain('"half'));
  it('is the same document again', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(prettyJson(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('diff', () => {
  const show = (before: string, after: string) =>
    diffLines(before, after).map(
      ({ kind, text }) => `${{ same: ' ', added: '+', removed: '-', skipped: '~' }[kind]}${text}`,
    );
  it('is empty where nothing changed', () => expect(show('a\nb', 'a\nb')).toEqual([]));
  it('shows what went and what came, in place', () =>
    expect(show('a\nb\nc', 'a\nB\nc\nd')).toEqual([' a', '-b', '+B', ' c', '+d']));
  it('folds what is far from a change', () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    expect(show(lines.join('\n'), [...lines.slice(0, 19), 'end'].join('\n'))).toEqual([
      '~16 equal lines',
      ' line 16',
      ' line 17',
      ' line 18',
      '-line 19',
      '+end',
    ]);
  });
  it('a first value is all new', () => expect(show('', 'x')).toEqual(['+x']));
  it('rebuilds the new text from what is kept and added', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before.join() !== after.join());
        const lines = diffLines(before.join('\n'), after.join('\n'));
        fc.pre(lines.every(({ kind }) => kind !== 'skipped'));
        expect(lines.filter(({ kind }) => kind !== 'removed').map(({ text: line }) => line)).toEqual(after);
        expect(lines.filter(({ kind }) => kind !== 'added').map(({ text: line }) => line)).toEqual(before);
      }),
    );
  });
});
