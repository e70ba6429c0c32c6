import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { checkPath, maxBodyBytes, readBody, readQuery } from './input';

describe('checkPath', () => {
  it.each([
    '/api/v1/a/..%2fadmin',
    '/api/v1/../x',
    '/api/v1/%2e%2e/x',
    '/api//v1',
    '/api/v1/a%2F%2Fb',
    '/api/%00',
    '/api/%zz',
    '/api/./x',
    '/api/v1/',
  ])('refuses %s', (path) => {
    expect(() => checkPath(path)).toThrow(/path/);
  });
  it.each(['/api/v1/clusters', '/api/v1/a%20b', '/api/v1/%C3%A4?x=../..//'])('takes %s', (path) => {
    expect(() => checkPath(path)).not.toThrow();
  });
});

describe('readQuery', () => {
  it('reads plain values, prototype names included', () => {
    expect({ ...readQuery('/x?a=1&b=%26&__proto__=2') }).toEqual(
      Object.fromEntries([
        ['a', '1'],
        ['b', '&'],
        ['__proto__', '2'],
      ]),
    );
  });
  it('refuses what is given twice, and NUL', () => {
    expect(() => readQuery('/x?a=1&a=2')).toThrow('query.a: is given twice');
    expect(() => readQuery('/x?a=%00')).toThrow('NUL');
  });
});

describe('readBody', () => {
  const request = (body: Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    Object.assign(Readable.from(body.length ? [body] : []), { headers }) as Readable as IncomingMessage;
  it.each([
    [Buffer.from('{'), /not JSON/],
    [Buffer.from([0x22, 0xff, 0x22]), /not JSON in UTF-8/],
    [Buffer.from('{"a":["x\\u0000"]}'), /body\.a\[0\]: holds a NUL/],
    [Buffer.from('{"a":"x\\ud800"}'), /body\.a: holds half a character/],
    [Buffer.from('['.repeat(5000) + ']'.repeat(5000)), /nested deeper/],
    [Buffer.alloc(maxBodyBytes + 1, 0x20), /larger than/],
  ])('refuses %#', async (body, message) => {
    await expect(readBody(request(body))).rejects.toThrow(message);
  });
  it('refuses by the announced length before it reads', async () => {
    await expect(readBody(request(Buffer.alloc(0), { 'content-length': '64000000' }))).rejects.toThrow(/larger than/);
  });
  it('wants JSON to be called JSON', async () => {
    await expect(readBody(request(Buffer.from('{}'), { 'content-type': 'text/plain' }))).rejects.toThrow(
      /application\/json/,
    );
  });
  it('reads what comes in any pieces, characters cut in the middle included', async () => {
    const body = Buffer.from(JSON.stringify({ text: 'ü€😀'.repeat(60_000) }));
    const pieces = Array.from({ length: Math.ceil(body.length / 997) }, (_, i) =>
      body.subarray(i * 997, (i + 1) * 997),
    );
    const headers = { 'content-type': 'application/json' };
    const sent = Object.assign(Readable.from(pieces), { headers }) as Readable as IncomingMessage;
    expect(await readBody(sent)).toEqual(JSON.parse(body.toString()));
  });
  it('refuses one that ends in the middle of a character', async () => {
    await expect(readBody(request(Buffer.from([0x22, 0xe2, 0x82])))).rejects.toThrow(/not JSON in UTF-8/);
  });
  it('asks once about one that is larger than usual, and waits for its turn', async () => {
    const asked: string[] = [];
    const larger = {
      limit: () => {
        asked.push('limit');
        return Promise.resolve({ bytes: maxBodyBytes * 2, sentence: 'more than that server takes' });
      },
      turn: () => {
        asked.push('turn');
        return Promise.resolve();
      },
    };
    const text = JSON.stringify('x'.repeat(maxBodyBytes));
    expect(await readBody(request(Buffer.from(text)), larger)).toHaveLength(maxBodyBytes);
    expect(asked).toEqual(['limit', 'turn']);
    await readBody(request(Buffer.from('1')), larger);
    expect(asked).toHaveLength(2);
    await expect(readBody(request(Buffer.alloc(maxBodyBytes * 2 + 1, 0x20)), larger)).rejects.toThrow('more than that');
    // What is refused for its size waits for no turn.
    expect(asked).toEqual(['limit', 'turn', 'limit']);
  });
  it('reads none as none', async () => {
    expect(await readBody(request(Buffer.alloc(0), {}))).toBeUndefined();
  });
});
