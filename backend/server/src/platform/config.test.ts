import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { environmentFile, environmentValues } from '../tenants/environmentFile';
import { ConfigError, readConfig } from './config';

const least = {
  DATABASE_URL: 'postgres://owner:secret@db:5432/console',
  CLICKHOUSE_URL: 'http://console:secret@clickhouse:8123/console',
  REDIS_URL: 'redis://:secret@redis:6379',
  NATS_URL: 'nats://console:secret@nats:4222',
  CONSOLE_MASTER_KEY: randomBytes(32).toString('base64'),
};
const made: Readonly<Record<string, string>> = environmentValues();
const grafana = {
  CONSOLE_GRAFANA_CONNECTION: made['CONSOLE_GRAFANA_CONNECTION'],
  CONSOLE_GRAFANA_URL: 'https://grafana.example.org',
};

const faultsOf = (env: Record<string, string | undefined>): string => {
  try {
    readConfig(env);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
};

describe('the first Grafana', () => {
  it('is the one whose connection string and address are given', () => {
    expect(readConfig({ ...least, ...grafana }).firstGrafana).toEqual({
      url: 'https://grafana.example.org',
      keysUrl: null,
      connection: {
        v: 1,
        apiUrl: 'http://api:8080',
        connectionId: made['JETSTREAM_CONSOLE_CONNECTION_ID'],
        proxySecret: made['JETSTREAM_CONSOLE_PROXY_SECRET'],
        gatewaySecret: made['JETSTREAM_CONSOLE_GATEWAY_SECRET'],
      },
    });
    expect(readConfig(least).firstGrafana).toBeNull();
  });

  it.each(['CONSOLE_GRAFANA_CONNECTION', 'CONSOLE_GRAFANA_URL'] as const)('is nothing without %s', (name) => {
    expect(faultsOf({ ...least, ...grafana, [name]: '' })).toContain(`${name}: is missing;`);
  });

  it('is refused where the string is cut, without showing it', () => {
    const cut = grafana.CONSOLE_GRAFANA_CONNECTION?.slice(0, 40);
    const faults = faultsOf({ ...least, ...grafana, CONSOLE_GRAFANA_CONNECTION: cut });
    expect(faults).toContain('CONSOLE_GRAFANA_CONNECTION: must be a whole connection string');
    expect(faults).not.toContain(cut);
  });
});

describe('an environment file', () => {
  it('has secrets of its own each time', () => {
    const other: Readonly<Record<string, string>> = environmentValues();
    for (const [name, value] of Object.entries(made)) expect(other[name], name).not.toBe(value);
    expect(environmentFile({ A: 'x', B: 'y=' })).toBe('A=x\nB=y=\n');
  });

  it('has a master key and passwords that the servers take, and that need no quoting in a URL', () => {
    expect(readConfig({ ...least, CONSOLE_MASTER_KEY: made['CONSOLE_MASTER_KEY'] }).masterKeys[0].key).toHaveLength(32);
    for (const [name, value = ''] of Object.entries(made))
      if (name.endsWith('_PASSWORD')) expect(encodeURIComponent(value), name).toBe(value);
    expect((made['CONSOLE_ADMIN_PASSWORD'] ?? '').length).toBeGreaterThanOrEqual(12);
  });
});
