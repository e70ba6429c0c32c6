import { routes, type BodyIn, type Routes } from '@jetstream-console/contract';
import type { TestApi } from './api';

type Settings = BodyIn<Routes['createCluster']>;
let made = 0;

/** Connects a cluster in the administrator's organization. @returns its id */
export async function addCluster(
  api: TestApi,
  urls: readonly string[],
  settings: Partial<Settings> = {},
  as = api.admin,
): Promise<string> {
  const cluster = await api.get(
    routes.createCluster,
    { body: { name: `cluster ${++made}`, urls: [...urls], ...settings } },
    as,
  );
  return cluster.id;
}
