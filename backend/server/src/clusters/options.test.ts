import type { ClusterSettings, Credential } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { connectionOptions, hintOf, mustUseTls, targetOf, tlsOf } from './options';
import { slotFor } from './pool';

const settings = (given: Partial<ClusterSettings> = {}): ClusterSettings => ({
  name: 'c',
  urls: ['nats://a:4222'],
  tls: { mode: 'auto' },
  inboxPrefix: null,
  domain: null,
  readOnly: false,
  allowKick: false,
  labels: {},
  ...given,
});
const anonymous: Credential = { auth: { kind: 'none' } };

describe('a target', () => {
  it.each([
    ['nats://a', { host: 'a', port: 4222, tls: false }],
    ['tls://a:5', { host: 'a', port: 5, tls: true }],
    ['nats://[::1]:6', { host: '::1', port: 6, tls: false }],
  ])('%s', (url, expected) => expect(targetOf(url)).toEqual(expected));
});

describe('TLS', () => {
  it.each([
    [settings(), null, false],
    [settings({ tls: { mode: 'required' } }), null, true],
    [settings({ tls: { mode: 'first' } }), null, true],
    [settings({ tls: { mode: 'auto', ca: 'x' } }), null, true],
    [settings({ tls: { mode: 'auto', serverName: 'x' } }), null, true],
    [settings({ urls: ['nats://a', 'tls://b'] }), null, true],
    [settings(), { ...anonymous, clientCert: 'c', clientKey: 'k' }, true],
  ] as const)('%# has to be used where it was asked for in any way', (given, credential, expected) => {
    expect(mustUseTls(given, credential)).toBe(expected);
  });
  it('is checked against the configured names, never against an address that was resolved', () => {
    const named = tlsOf({ tls: { mode: 'auto', serverName: 'nats.internal' } }, null, ['10.0.0.1']);
    expect(named.servername).toBe('nats.internal');
    const certificate = { subject: { CN: 'x' }, subjectaltname: 'DNS:nats.internal' };
    const check = (options: typeof named) =>
      options.checkServerIdentity?.('10.0.0.1', { ...emptyCertificate, ...certificate });
    expect(check(named)).toBeUndefined();
    expect(check(tlsOf({ tls: { mode: 'auto' } }, null, ['other.internal']))).toBeInstanceOf(Error);
    expect(tlsOf({ tls: { mode: 'auto' } }, null, ['10.0.0.1']).servername).toBeUndefined();
  });
});
const name = { C: '', ST: '', L: '', O: '', OU: '', CN: '' };
const emptyCertificate = {
  ca: false,
  raw: Buffer.alloc(0),
  subject: name,
  issuer: name,
  valid_from: '',
  valid_to: '',
  serialNumber: '',
  fingerprint: '',
  fingerprint256: '',
  fingerprint512: '',
};

describe('the client', () => {
  it('gets addresses that were checked, follows no gossip, and gives up in the end', () => {
    const options = connectionOptions(
      settings({ inboxPrefix: '_INBOX_x' }),
      null,
      [{ host: 'a', port: 4222, addresses: ['10.0.0.1', '::1'] }],
      null,
      'n',
    );
    expect(options).toMatchObject({
      servers: ['10.0.0.1:4222', '[::1]:4222'],
      ignoreClusterUpdates: true,
      resolve: false,
      tls: null,
      inboxPrefix: '_INBOX_x',
    });
    expect(options.maxReconnectAttempts).toBeGreaterThan(0);
  });
});

describe('what is shown of a credential', () => {
  it.each([
    [{ auth: { kind: 'user_password', user: 'u', password: 'secret' } }, 'user u'],
    [{ auth: { kind: 'token', token: 'secret' } }, 'token'],
    [{ auth: { kind: 'nkey', seed: 'secret' } }, 'nkey'],
    [{ auth: { kind: 'jwt', jwt: 'secret' } }, 'JWT'],
    [{ auth: { kind: 'creds', creds: 'secret' } }, '.creds'],
  ] as const)('%# never what proves it', (credential, hint) => {
    expect(hintOf(credential)).toBe(hint);
  });
});

describe('the slot for a level', () => {
  it.each([
    ['read', ['read', 'operate', 'admin'], 'read'],
    ['operate', ['read', 'operate', 'admin'], 'operate'],
    ['admin', ['read', 'operate', 'admin'], 'admin'],
    ['none', ['read', 'admin'], 'read'],
    ['operate', ['read', 'admin'], 'read'],
    ['admin', ['read'], 'read'],
    ['read', ['operate', 'admin'], 'operate'],
    ['read', ['admin'], 'admin'],
    ['read', ['system'], null],
    ['admin', [], null],
  ] as const)('%s of %j is %s', (level, filled, slot) => {
    expect(slotFor(level, filled)).toBe(slot);
  });
});
