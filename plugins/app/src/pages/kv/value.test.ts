import { describe, expect, it } from 'vitest';
import { payload } from '../../testing/samples';
import { bytesOfValue, faultOfValue, inMode, ttlFrom, typedFrom } from './value';

describe('what was typed', () => {
  it.each([
    [{ mode: 'json', text: '{"a":1}' }, null],
    [{ mode: 'json', text: '{a:1}' }, /not JSON/],
    [{ mode: 'json', text: '' }, /not JSON/],
    [{ mode: 'text', text: '' }, null],
    [{ mode: 'base64', text: 'AP8=' }, null],
    [{ mode: 'base64', text: 'AP\n8=' }, null],
    [{ mode: 'base64', text: 'AP8' }, /not Base64/],
    [{ mode: 'base64', text: 'A*8=' }, /not Base64/],
  ] as const)('%o', (value, fault) => {
    if (fault === null) expect(faultOfValue(value)).toBeNull();
    else expect(faultOfValue(value)).toMatch(fault);
  });
  it('is bytes', () => {
    expect([...bytesOfValue({ mode: 'text', text: 'é' })]).toEqual([0xc3, 0xa9]);
    expect([...bytesOfValue({ mode: 'base64', text: 'AP8=' })]).toEqual([0, 255]);
  });
  it('is the same bytes in another mode', () => {
    expect(inMode({ mode: 'text', text: 'é' }, 'base64')).toEqual({ mode: 'base64', text: 'w6k=' });
    expect(inMode({ mode: 'base64', text: 'w6k=' }, 'text')).toEqual({ mode: 'text', text: 'é' });
    expect(inMode({ mode: 'base64', text: 'AP8=' }, 'text')).toEqual({ mode: 'base64', text: 'AP8=' });
    expect(inMode({ mode: 'text', text: '1' }, 'json')).toEqual({ mode: 'json', text: '1' });
  });
});

describe('an edit begins', () => {
  it('with the value as it is', () => {
    expect(typedFrom(payload('{"a":1}'))).toEqual({ mode: 'json', text: '{"a":1}' });
    expect(typedFrom(payload('plain', { format: 'text' }))).toEqual({ mode: 'text', text: 'plain' });
    expect(typedFrom(payload('', { format: 'empty', text: null, base64: null }))).toEqual({ mode: 'text', text: '' });
  });
  it('with the stored bytes of what is binary or packed', () => {
    expect(typedFrom(payload('x', { format: 'binary', text: null, base64: 'AP8=' }))).toEqual({
      mode: 'base64',
      text: 'AP8=',
    });
    expect(typedFrom(payload('x', { unwrapped: ['gzip'], base64: 'H4s=' }))).toEqual({ mode: 'base64', text: 'H4s=' });
  });
  it('not with a part of it', () => expect(typedFrom(payload('x', { truncated: true }))).toBeNull());
});

it.each([
  ['', undefined],
  ['90', 90],
  ['90s', 90],
  ['5 m', 300],
  ['12h', 43_200],
  ['7d', 604_800],
  ['0', null],
  ['soon', null],
  ['-1s', null],
  ['999999d', null],
])('a time to live of %j', (text, seconds) => expect(ttlFrom(text)).toBe(seconds));
