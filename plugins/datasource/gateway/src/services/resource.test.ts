import { describe, expect, it } from 'vitest';
import { routeOf } from './resource';

const ask = (method: string, url: string, path = url.split('?')[0] ?? '', size = 0) =>
  routeOf({ method, url, path, body: new Uint8Array(size) });

describe('what a page may ask through the datasource', () => {
  it('is passed on with its query as it came', () => {
    expect(ask('GET', 'metrics')).toEqual({ method: 'GET', path: '/metrics' });
    expect(ask('GET', 'values?of=stream&search=a%26b%3Fc?d')).toEqual({
      method: 'GET',
      path: '/analytics/values?of=stream&search=a%26b%3Fc?d',
    });
    expect(ask('POST', 'ticket')).toEqual({ method: 'POST', path: '/live/tickets' });
    expect(ask('GET', '/metrics', 'metrics').path).toBe('/metrics');
  });

  it.each([
    ['query', 'query'],
    ['', ''],
    ['../auth/me', '../auth/me'],
    ['values/../../auth/me', 'values/../../auth/me'],
    ['values%2F..%2F..%2Fauth', 'values/../../auth'],
    ['metrics/', 'metrics/'],
    ['metrics', 'values'],
    ['METRICS', 'METRICS'],
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
    ['http://elsewhere/metrics', 'http://elsewhere/metrics'],
  ])('refuses %s', (url, path) => {
    expect(() => ask('GET', url, path)).toThrow(expect.objectContaining({ status: 404 }));
  });

  it('refuses other methods and large bodies', () => {
    expect(() => ask('POST', 'values?of=stream')).toThrow(expect.objectContaining({ status: 405 }));
    expect(() => ask('GET', 'ticket')).toThrow(expect.objectContaining({ status: 405 }));
    expect(() => ask('POST', 'ticket', 'ticket', 300_000)).toThrow(expect.objectContaining({ status: 413 }));
  });
});
