import { z } from 'zod';
import type { DataSourceSettings, PluginContext } from '../protocol/pluginv2';
import { Failure } from './failure';

const jsonData = z.object({
  apiUrl: z.url({ protocol: /^https?$/ }),
  connectionId: z.uuid(),
});

export interface Settings {
  /** without a slash at its end */
  readonly apiUrl: string;
  readonly connectionId: string;
  readonly gatewaySecret: string;
}

const advice = "Paste the console's connection string into the datasource's configuration, and save it.";
const unpaired = (what: string, cause?: unknown) =>
  new Failure(400, 'downstream', `This datasource is not connected to the console: ${what}. ${advice}`, { cause });

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8') || '{}');
  } catch (error) {
    throw unpaired('its settings are not JSON', error);
  }
}

/** @throws Failure that says what the configuration lacks */
export function readSettings({ jsonData: bytes, decryptedSecureJsonData }: DataSourceSettings): Settings {
  const read = jsonData.safeParse(parse(bytes));
  if (!read.success) {
    const fields = [...new Set(read.error.issues.map((issue) => issue.path.join('.')))].join(' and ');
    throw unpaired(`${fields || 'everything'} is missing or wrong`, read.error);
  }
  const gatewaySecret = decryptedSecureJsonData.get('gatewaySecret') ?? '';
  if (gatewaySecret === '') throw unpaired('its secret is missing');
  return { ...read.data, apiUrl: read.data.apiUrl.replace(/\/+$/, ''), gatewaySecret };
}

/** @throws Failure where Grafana named no datasource */
export function datasourceOf(context: PluginContext | undefined): DataSourceSettings {
  const settings = context?.dataSourceInstanceSettings;
  if (!settings) throw new Failure(400, 'plugin', 'Grafana named no datasource in this request.');
  return settings;
}
