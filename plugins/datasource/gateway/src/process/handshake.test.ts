import { describe, expect, it } from 'vitest';
import { handshakeLine, readHost } from './handshake';

const env = {
  grafana_plugin_type: 'datasource',
  PLUGIN_MIN_PORT: '10000',
  PLUGIN_MAX_PORT: '25000',
  PLUGIN_PROTOCOL_VERSIONS: '2',
};

describe('the handshake', () => {
  it('answers what Grafana asks', () => {
    const line = handshakeLine(readHost(env), { network: 'unix', address: '/tmp/x/s' });
    expect(line).toBe('1|2|unix|/tmp/x/s|grpc|\n');
  });

  it('takes a host that offers more than one version', () => {
    expect(() => readHost({ ...env, PLUGIN_PROTOCOL_VERSIONS: '2,3' })).not.toThrow();
  });

  it('says that it does not multiplex, to a host that asks alone', () => {
    const line = handshakeLine(readHost({ ...env, PLUGIN_MULTIPLEX_GRPC: 'true' }), {
      network: 'tcp',
      address: '127.0.0.1:10001',
    });
    expect(line).toBe('1|2|tcp|127.0.0.1:10001|grpc||false\n');
  });

  it.each([
    ['no cookie', { ...env, grafana_plugin_type: undefined }, /Grafana starts it by itself/],
    ['another cookie', { ...env, grafana_plugin_type: 'app' }, /Grafana starts it by itself/],
    ['no version', { ...env, PLUGIN_PROTOCOL_VERSIONS: undefined }, /version none/],
    ['another version', { ...env, PLUGIN_PROTOCOL_VERSIONS: '3' }, /version 3/],
    ['TLS', { ...env, PLUGIN_CLIENT_CERT: '-----BEGIN' }, /TLS/],
  ])('refuses %s', (_what, given, message) => {
    expect(() => readHost(given)).toThrow(message);
  });

  it('keeps to the range of ports that is usual where the host says nothing sensible', () => {
    expect(readHost({ ...env, PLUGIN_MIN_PORT: 'x', PLUGIN_MAX_PORT: '0' }).ports).toEqual({
      min: 10_000,
      max: 25_000,
    });
  });
});
