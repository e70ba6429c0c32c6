import { randomBytes } from 'node:crypto';
import { gatewayHeaders } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { isGateway, readPresented } from './gateway';
import { localNonces } from './nonces';

const whole = (): Record<string, string[]> => ({
  [gatewayHeaders.connection]: ['0b5c9c2e-3f7a-4a39-9a55-1f6a2c7d8e90'],
  [gatewayHeaders.time]: ['1700000000000'],
  [gatewayHeaders.nonce]: [randomBytes(16).toString('hex')],
  [gatewayHeaders.asker]: ['eyJvcmdJZCI6MX0'],
  [gatewayHeaders.signature]: [randomBytes(32).toString('hex')],
  [gatewayHeaders.idToken]: ['a.b.c'],
});
const own = [
  gatewayHeaders.connection,
  gatewayHeaders.time,
  gatewayHeaders.nonce,
  gatewayHeaders.asker,
  gatewayHeaders.signature,
];

describe("the gateway's headers", () => {
  it('reads a whole set, with a person behind it and without', () => {
    const headers = whole();
    expect(readPresented({ headersDistinct: headers }).idToken).toBe('a.b.c');
    delete headers[gatewayHeaders.idToken];
    expect(readPresented({ headersDistinct: headers }).idToken).toBeNull();
  });

  it.each(own)('is the gateway even where %s stands alone, and is refused then', (name) => {
    const headersDistinct = { [name]: whole()[name] };
    expect(isGateway({ headersDistinct })).toBe(true);
    expect(() => readPresented({ headersDistinct })).toThrow(/only a part/);
  });

  it.each(own)('refuses a request without %s', (name) => {
    const headers = whole();
    delete headers[name];
    expect(() => readPresented({ headersDistinct: headers })).toThrow(/only a part/);
  });

  it.each([...own, gatewayHeaders.idToken])('refuses %s given twice or empty', (name) => {
    const headers = whole();
    const [value = ''] = headers[name] ?? [];
    expect(() => readPresented({ headersDistinct: { ...headers, [name]: [value, value] } })).toThrow(/only a part/);
    expect(() => readPresented({ headersDistinct: { ...headers, [name]: [''] } })).toThrow(/only a part/);
  });

  it.each([
    [gatewayHeaders.connection, "0b5c9c2e-3f7a-4a39-9a55-1f6a2c7d8e90' or 1=1"],
    [gatewayHeaders.time, '1700000000'],
    [gatewayHeaders.time, '1e12000000000'],
    [gatewayHeaders.nonce, 'short'],
    [gatewayHeaders.asker, 'not base64url!'],
    [gatewayHeaders.signature, 'abc'],
  ])('refuses %s in another form', (name, value) => {
    expect(() => readPresented({ headersDistinct: { ...whole(), [name]: [value] } })).toThrow(/only a part/);
  });

  it.each(['authorization', 'x-console-proxy-secret', 'x-grafana-context'])('refuses %s beside them', (name) => {
    expect(() => readPresented({ headersDistinct: { ...whole(), [name]: ['x'] } })).toThrow(/not both/);
  });
});

describe('nonces of one process', () => {
  it('lets a nonce through once, and again after its time', async () => {
    let at = 1000;
    const nonces = localNonces(() => at);
    expect(await nonces.use('a', 2000)).toBe('fresh');
    expect(await nonces.use('a', 2000)).toBe('used');
    at = 2000;
    expect(await nonces.use('a', 3000)).toBe('fresh');
  });

  it('never forgets a nonce in its time: when it is full it says so', async () => {
    let at = 0;
    const nonces = localNonces(() => at, 2);
    expect(await nonces.use('a', 10)).toBe('fresh');
    expect(await nonces.use('b', 20)).toBe('fresh');
    expect(await nonces.use('c', 30)).toBe('full');
    expect(await nonces.use('a', 10)).toBe('used');
    at = 10;
    expect(await nonces.use('c', 30)).toBe('fresh');
    expect(await nonces.use('b', 20)).toBe('used');
  });
});
