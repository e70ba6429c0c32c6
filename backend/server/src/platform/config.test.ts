import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigError, configNames, readConfig } from './config';

const key = randomBytes(32).toString('base64');
const sound = {
  DATABASE_URL: 'postgres://o:hidden@h/db',
  CLICKHOUSE_URL: 'http://h:8123',
  REDIS_URL: 'redis://h',
  NATS_URL: 'nats://h',
  CONSOLE_MASTER_KEY: key,
};
const faults = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

describe('the configuration', () => {
  it('takes what is needed, and defaults that are safe', () => {
    expect(readConfig(sound)).toMatchObject({
      development: false,
      firstAdmin: null,
      allowedNetworks: [],
      trustedProxies: [],
      masterKeys: [{ id: 'k1' }],
    });
  });
  it('names every fault at once, and shows no value', () => {
    const text = faults({
      ...sound,
      DATABASE_URL: 'mysql://hidden',
      PORT: 'hidden',
      CONSOLE_MASTER_KEY: 'hidden',
      NATS_ALLOWED_NETWORKS: '10.0.0.0/8,hidden',
      CONSOLE_OLD_MASTER_KEYS: 'k0:hidden',
      CONSOLE_ADMIN_PASSWORD: 'hidden-password',
      REDIS_URL: '',
    });
    for (const name of [
      'DATABASE_URL',
      'PORT',
      'CONSOLE_MASTER_KEY',
      'NATS_ALLOWED_NETWORKS',
      'CONSOLE_OLD_MASTER_KEYS',
      'CONSOLE_ADMIN_LOGIN',
      'REDIS_URL: is missing',
    ])
      expect(text).toContain(`  ${name}`);
    expect(text).not.toContain('hidden');
    expect(text).toContain('docs/configuration.md');
  });
  it.each([
    ['CONSOLE_MASTER_KEY', randomBytes(16).toString('base64')],
    ['CONSOLE_MASTER_KEY_ID', 'a b'],
    ['CONSOLE_OLD_MASTER_KEYS', `k1 ${key}`],
    ['TRUSTED_PROXIES', '300.0.0.1'],
    ['NATS_ALLOWED_NETWORKS', '10.0.0.0/64'],
    ['PUBLIC_URL', 'console'],
    ['SESSION_MINUTES', '0'],
    ['RATE_LIMIT_ADDRESS_PER_MINUTE', '-1'],
  ])('refuses %s=%s', (name, value) => {
    expect(faults({ ...sound, [name]: value })).toContain(`  ${name}: `);
  });
  it('opens with old keys and seals with the present one', () => {
    const { masterKeys } = readConfig({
      ...sound,
      CONSOLE_MASTER_KEY_ID: 'k2',
      CONSOLE_OLD_MASTER_KEYS: `k1:${key}, k0:${key}`,
    });
    expect(masterKeys.map(({ id }) => id)).toEqual(['k2', 'k1', 'k0']);
  });
  it('reads networks and single addresses', () => {
    expect(readConfig({ ...sound, TRUSTED_PROXIES: '10.0.0.1, fd00::/8' }).trustedProxies).toEqual([
      '10.0.0.1',
      'fd00::/8',
    ]);
  });
  it('knows the names of all it reads', () => {
    expect(configNames).toEqual(expect.arrayContaining(Object.keys(sound)));
  });
});
