import type { DataSourceApi, DataSourceInstanceSettings, DataSourcePlugin } from '@grafana/data';
import { config, setDataSourceSrv, setTemplateSrv, type DataSourceSrv, type TemplateSrv } from '@grafana/runtime';
import { loadPlugin } from './shared';

export interface LoadedDatasource {
  readonly plugin: DataSourcePlugin<DataSourceApi>;
  readonly settings: DataSourceInstanceSettings;
  readonly instance: DataSourceApi;
}

let loading: Promise<LoadedDatasource> | null = null;

/** The host's one datasource, made as Grafana makes one: its module's class, with the instance's settings. */
export function loadDatasource(): Promise<LoadedDatasource> {
  loading ??= (async () => {
    const [settings] = Object.values(config.datasources);
    if (!settings) throw new Error('There is no datasource plugin in this host.');
    const { plugin } = await loadPlugin(`public/plugins/${settings.type}/module.js`);
    const loaded = plugin as DataSourcePlugin<DataSourceApi>;
    const Datasource = loaded.DataSourceClass;
    return { plugin: loaded, settings, instance: Object.assign(new Datasource(settings), { meta: settings.meta }) };
  })();
  return loading;
}

/** No template variables and one datasource: the parts of both services that plugins ask. */
export function shareServices(): void {
  setTemplateSrv({
    getVariables: () => [],
    replace: (text?: string) => text ?? '',
    containsTemplate: () => false,
    updateTimeRange: () => undefined,
  } satisfies TemplateSrv);
  const all = () => Object.values(config.datasources);
  setDataSourceSrv({
    get: async () => (await loadDatasource()).instance,
    getList: () => all(),
    getInstanceSettings: () => all()[0],
    reload: () => undefined,
  } as Partial<DataSourceSrv> as DataSourceSrv);
}
