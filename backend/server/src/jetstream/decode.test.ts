import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxUnzippedBytes, unzipped, viewDecoded, viewHeaders, viewPayload } from './decode';

describe('a payload', () => {
  it.each([
    ['', 'empty', ''],
    ['{"a":1}', 'json', '{"a":1}'],
    [' [1, 2] ', 'json', ' [1, 2] '],
    ['12', 'json', '12'],
    ['"x"', 'json', '"x"'],
    ['null', 'json', 'null'],
    ['nullable', 'text', 'nullable'],
    ['{"a":', 'text', '{"a":'],
    ['plain\ttext\n', 'text', 'plain\ttext\n'],
    ['\u001b[31mred', 'text', '\u001b[31mred'],
    ['a\u0000b', 'binary', null],
    ['a\u0007b', 'binary', null],
  ])('%j is %s', (data, format, text) => {
    expect(viewPayload(Buffer.from(data), 1000, false)).toMatchObject({ format, text });
  });
  it('never shows half a character, and tells that it cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.integer({ min: 0, max: 40 }), (text, max) => {
        const bytes = Buffer.from(text);
        const view = viewPayload(bytes, max, true);
        if (view.text !== null) {
          expect(text.startsWith(view.text)).toBe(true);
          expect(Buffer.byteLength(view.text)).toBeLessThanOrEqual(max);
        }
        expect(view.truncated).toBe(bytes.length > max);
        expect(Buffer.from(view.base64 ?? '', 'base64')).toEqual(bytes.subarray(0, max));
      }),
    );
  });
  it('in a gzip wrapper is what is in it; the wrapper is kept as stored', () => {
    const stored = gzipSync('{"a":1}');
    expect(viewPayload(stored, 1000, true)).toMatchObject({
      format: 'json',
      unwrapped: ['gzip'],
      text: '{"a":1}',
      size: stored.length,
      decodedSize: 7,
      base64: stored.toString('base64'),
    });
  });
  it('that unpacks beyond the cap, or not at all, is shown as stored', () => {
    const bomb = gzipSync(Buffer.alloc(maxUnzippedBytes + 1));
    expect(unzipped(bomb)).toBeNull();
    expect(unzipped(gzipSync(Buffer.alloc(maxUnzippedBytes)))?.length).toBe(maxUnzippedBytes);
    expect(viewPayload(bomb, 1000, false)).toMatchObject({
      format: 'binary',
      unwrapped: [],
      note: expect.stringMatching(/8 MiB/) as string,
    });
  });
});

it('what was unpacked already is not unpacked again', () => {
  // Bytes that unpack to nothing: what is shown comes from what is handed over.
  const stored = gzipSync('{"a":1}').fill(0, 10);
  const inner = Buffer.from('82a463697479a54f73616b61a2696401', 'hex');
  expect(unzipped(stored)).toBeNull();
  expect(viewPayload(stored, 1000, false, inner)).toMatchObject({ unwrapped: ['gzip'], decodedSize: inner.length });
  expect(viewDecoded(stored, 1000, { wanted: 'auto' }, false, inner)).toMatchObject({
    as: 'msgpack',
    text: '{"city":"Osaka","id":1}',
  });
});

it('says what headers mean, whatever their case, and leaves the others as they are', () => {
  const headers = viewHeaders([
    ['nats-msg-id', ['1']],
    ['X-Own', ['a', 'b']],
  ]);
  expect(headers[0]?.meaning).toMatch(/Deduplication/);
  expect(headers[1]).toEqual({ name: 'X-Own', values: ['a', 'b'], meaning: null });
});
