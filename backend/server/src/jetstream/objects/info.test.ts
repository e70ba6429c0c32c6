import { describe, expect, it } from 'vitest';
import { decodeName, digestOf, encodeName, httpDigest, metaSubjects, readInfo, sameDigest } from './info';

describe('a name in a subject', () => {
  it.each(['a', 'ab', 'abc', 'a/b c', 'naïve ☃', '..', '\u{1f600}'])('comes back: %s', (name) => {
    expect(encodeName(name)).toMatch(/^[A-Za-z0-9_-]+=*$/);
    expect(encodeName(name).length % 4).toBe(0);
    expect(decodeName(encodeName(name))).toBe(name);
  });
  it('of nats.js is Latin-1', () => {
    expect(decodeName(btoa('müll').replaceAll('+', '-').replaceAll('/', '_'))).toBe('müll');
    expect(metaSubjects('s', 'müll')).toHaveLength(2);
    expect(metaSubjects('s', 'plain')).toHaveLength(1);
    expect(metaSubjects('s', '☃')).toHaveLength(1);
  });
  it('that no client wrote is none', () => expect(decodeName('not*base64')).toBeNull());
});

describe('a digest', () => {
  const digest = digestOf(Buffer.alloc(32, 0xff));
  it('is padded, and the same without', () => {
    expect(digest).toBe('SHA-256=__________________________________________8=');
    expect(sameDigest(digest, digest.slice(0, -1))).toBe(true);
    expect(sameDigest(digest, digestOf(Buffer.alloc(32, 0xfe)))).toBe(false);
  });
  it('goes into a header as RFC 9530 writes it', () => {
    expect(httpDigest(digest)).toBe('sha-256=://////////////////////////////////////////8=:');
    expect(httpDigest('MD5=abc')).toBeNull();
  });
});

it.each(['', 'not json', '{}', '{"name":1,"nuid":"x"}', '[1]'])('what describes nothing is no object: %j', (text) =>
  expect(readInfo({ data: Buffer.from(text) })).toBeNull(),
);
