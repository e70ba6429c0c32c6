import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proxied, trustedAuthorities } from './trust';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'js-trust-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('authorities', () => {
  it('are Node’s own, the machine’s and the extra ones', () => {
    const [system, extra] = ['system.pem', 'extra.pem'].map((name) => {
      const file = path.join(dir, name);
      writeFileSync(file, name);
      return file;
    });
    const trusted = trustedAuthorities({ SSL_CERT_FILE: system, NODE_EXTRA_CA_CERTS: extra });
    expect(trusted).toEqual([...rootCertificates, 'system.pem', 'extra.pem']);
  });

  it('leave out files that are not there', () => {
    expect(trustedAuthorities({ SSL_CERT_FILE: path.join(dir, 'none') })).toEqual([...rootCertificates]);
  });
});

describe('the proxy of the environment', () => {
  it.each([
    ['http://console:3001', { HTTP_PROXY: 'http://proxy' }, true],
    ['http://console:3001', { http_proxy: 'http://proxy' }, true],
    ['https://console', { HTTPS_PROXY: 'http://proxy' }, true],
    ['https://console', { HTTP_PROXY: 'http://proxy' }, false],
    ['http://console', { HTTP_PROXY: '' }, false],
    ['http://console', {}, false],
    ['http://localhost:3001', { HTTP_PROXY: 'http://proxy' }, false],
    ['http://127.0.0.1:3001', { HTTP_PROXY: 'http://proxy' }, false],
    ['http://[::1]:3001', { HTTP_PROXY: 'http://proxy' }, false],
    ['http://127.0.0.1.example', { HTTP_PROXY: 'http://proxy' }, true],
  ])('for %s with %j: %s', (url, env, expected) => {
    expect(proxied(new URL(url), env)).toBe(expected);
  });
});
