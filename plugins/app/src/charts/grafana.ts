import { config } from '@grafana/runtime';
import { datasourceType, type DatasourceRef } from './links';

/** The datasource of this console in the Grafana at hand, if somebody made one. */
export function consoleDatasource(): DatasourceRef | null {
  const found = Object.values(config.datasources).find(({ type }) => type === datasourceType);
  return found ? { uid: found.uid, type: found.type } : null;
}

/** What Grafana lets the person do; what it does not is not offered. */
const may = (action: string): boolean => config.bootData.user.permissions?.[action] === true;
export const mayExplore = () => may('datasources:explore');
export const mayMakeRules = () => may('alert.rules:create');

export const orgId = (): number => config.bootData.user.orgId;
export const withSubPath = (path: string): string => `${config.appSubUrl ?? ''}${path}`;
