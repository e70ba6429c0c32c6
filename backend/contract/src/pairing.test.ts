import { describe, expect, it } from 'vitest';
import { formatConnectionString, parseConnectionString } from './pairing';

const parts = {
  apiUrl: 'http://backend:8080',
  connectionId: '0b0e9f52-0f0e-4b61-9d0e-0a2f8c1c2f11',
  proxySecret: 'p'.repeat(40),
  gatewaySecret: 'ü'.repeat(40),
};

describe('connection string', () => {
  it('comes back as it went in, line breaks of a mail client included', () => {
    const text = formatConnectionString(parts);
    expect(parseConnectionString(`  ${text.slice(0, 30)}\n${text.slice(30)} `)).toEqual({ v: 1, ...parts });
  });
  it.each([
    ['', /starts with jsc1/],
    ['jsc1.', /cut or damaged/],
    [formatConnectionString(parts).slice(0, 60), /cut or damaged/],
    [`jsc1.${btoa('{"v":2}')}`, /another version/],
  ])('refuses %j with a sentence', (text, message) => {
    expect(() => parseConnectionString(text)).toThrow(message);
  });
});
