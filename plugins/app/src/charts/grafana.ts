import { config, getDataSourceSrv } from '@grafana/runtime';
import { datasourceType, type DatasourceRef } from './links';

/** The datasource of this console in the Grafana at hand, if somebody made one. */
export function consoleDatasource(): DatasourceRef | null {
  // `type` is asked of the answer too: a service that knows no filters answers with all there are.
  const found = getDataSourceSrv()
    .getList({ type: datasourceType })
    .find(({ type }) => type === datasourceType);
  return found ? { uid: found.uid, type: found.type } : null;
}

/** What Grafana lets the person do; what it does not is not offered. */
const may = (action: string): boolean => config.bootData.user.permissions?.[action] === true;
export const mayExplore = () => may('datasources:explore');
export const mayMakeRules = () => may('alert.rules:create');

export const orgId = (): number => config.bootData.user.orgId;
export const withSubPath = (path: string): string => `${config.appSubUrl ?? ''}${path}`;
