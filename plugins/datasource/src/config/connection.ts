import type { DataSourceSettings } from '@grafana/data';
import { parseConnectionString } from '@jetstream-console/contract';
import type { JetStreamOptions, JetStreamSecrets } from '../types';

export type Settings = DataSourceSettings<JetStreamOptions, JetStreamSecrets>;

/**
 * The settings with a connection string taken apart. The proxy's secret in it is the app's alone and goes nowhere here.
 * @throws Error whose message a person can act on
 */
export function withConnection(settings: Settings, text: string): Settings {
  const { apiUrl, connectionId, gatewaySecret } = parseConnectionString(text);
  return {
    ...settings,
    jsonData: { ...settings.jsonData, apiUrl, connectionId },
    secureJsonData: { ...settings.secureJsonData, gatewaySecret },
    secureJsonFields: { ...settings.secureJsonFields, gatewaySecret: false },
  };
}

/** What of a connection is there; `new` is what the next save keeps. */
export function connectionState({ jsonData, secureJsonData, secureJsonFields }: Settings) {
  const secret = secureJsonData?.gatewaySecret ? 'new' : secureJsonFields?.['gatewaySecret'] ? 'kept' : 'missing';
  const complete = Boolean(jsonData.apiUrl) && Boolean(jsonData.connectionId) && secret !== 'missing';
  return { apiUrl: jsonData.apiUrl ?? '', connectionId: jsonData.connectionId ?? '', secret, complete } as const;
}

/** Why an address cannot be the console's; null where it can. */
export function addressFault(text: string): string | null {
  if (text === '') return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && /^https?:$/.test(url.protocol) ? null : 'An address starts with http:// or https://.';
}
