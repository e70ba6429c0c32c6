import { dataSourceSettings, pluginContext, user, type PluginContext } from '../protocol/pluginv2';

export interface Datasource {
  readonly uid: string;
  readonly name: string;
  readonly jsonData: Readonly<Record<string, unknown>>;
  readonly secureJsonData: Readonly<Record<string, string>>;
  /** when its settings were saved, in milliseconds */
  readonly updated: number;
}

export interface Asker {
  readonly orgId: number;
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
}

/** What Grafana says with every call: which datasource is meant, and who is signed in. */
export function contextOf(datasource: Datasource, asker: Asker, pluginVersion: string): PluginContext {
  const { jsonData, secureJsonData, updated, ...named } = datasource;
  const { orgId, ...person } = asker;
  return pluginContext.make({
    orgId,
    pluginId: 'natsconsole-jetstream-datasource',
    pluginVersion,
    user: user.make(person),
    dataSourceInstanceSettings: dataSourceSettings.make({
      ...named,
      jsonData: Buffer.from(JSON.stringify(jsonData)),
      decryptedSecureJsonData: new Map(Object.entries(secureJsonData)),
      lastUpdatedMS: updated,
    }),
  });
}
