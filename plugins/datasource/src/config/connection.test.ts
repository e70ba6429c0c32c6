import { formatConnectionString } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { addressFault, connectionState, withConnection, type Settings } from './connection';

export const parts = {
  apiUrl: 'http://console:8080',
  connectionId: '6ba7b810-9dad-41d1-80b4-00c04fd430c8',
  proxySecret: `jsc_p_${'p'.repeat(40)}`,
  gatewaySecret: `jsc_g_${'g'.repeat(40)}`,
};
const empty = { jsonData: {}, secureJsonFields: {} } as Partial<Settings> as Settings;

describe('a connection string', () => {
  it('becomes address, connection and secret; the proxy’s secret goes nowhere', () => {
    const settings = withConnection(empty, ` ${formatConnectionString(parts)}\n`);
    expect(settings.jsonData).toEqual({ apiUrl: parts.apiUrl, connectionId: parts.connectionId });
    expect(settings.secureJsonData).toEqual({ gatewaySecret: parts.gatewaySecret });
    expect(JSON.stringify(settings)).not.toContain(parts.proxySecret);
    expect(connectionState(settings)).toMatchObject({ secret: 'new', complete: true });
  });

  it.each(['', 'jsc1.', 'jsc1.xyz', 'http://console:8080'])('%j is refused with what to do', (text) => {
    expect(() => withConnection(empty, text)).toThrow(/connection string/i);
  });

  it('replaces a secret that was kept', () => {
    const kept = { ...empty, secureJsonFields: { gatewaySecret: true } };
    expect(connectionState(kept)).toMatchObject({ secret: 'kept', complete: false });
    expect(connectionState(withConnection(kept, formatConnectionString(parts))).secret).toBe('new');
  });
});

it.each([
  ['', null],
  ['http://console:8080', null],
  ['https://x/y', null],
  ['console:8080', /http/],
  ['ftp://x', /http/],
  ['not a url', /http/],
])('the address %j', (text, fault) => {
  if (fault === null) expect(addressFault(text)).toBeNull();
  else expect(addressFault(text)).toMatch(fault);
});
