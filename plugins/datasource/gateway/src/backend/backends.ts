import type { PluginContext } from '../protocol/pluginv2';
import type { Log } from '../process/log';
import { makeBackend, type Backend } from './client';
import { datasourceOf, readSettings } from './settings';

/** @throws Failure when the datasource is not configured */
export type BackendOf = (context: PluginContext | undefined) => Backend;

/** Grafana tells of no datasource that was deleted: the one that was asked longest ago makes room. */
const most = 64;

/** One client a datasource, made anew when its settings were saved again. */
export function makeBackends(log: Log, make = makeBackend): { of: BackendOf; close(): Promise<void> } {
  const known = new Map<string, { updated: number; backend: Backend }>();
  const retire = (backend: Backend) => {
    // Requests that run come to their end on the old settings.
    backend
      .close()
      .catch((error: unknown) => log.warn('a connection to the console did not close', { why: String(error) }));
  };
  return {
    of: (context) => {
      const datasource = datasourceOf(context);
      const key = `${context?.orgId ?? 0}/${datasource.uid}`;
      const before = known.get(key);
      known.delete(key);
      if (before?.updated === datasource.lastUpdatedMS) {
        known.set(key, before);
        return before.backend;
      }
      if (before) retire(before.backend);
      const backend = make(readSettings(datasource));
      known.set(key, { updated: datasource.lastUpdatedMS, backend });
      const [oldest] = known;
      if (known.size > most && oldest) {
        known.delete(oldest[0]);
        retire(oldest[1].backend);
      }
      return backend;
    },
    close: async () => {
      await Promise.allSettled([...known.values()].map(({ backend }) => backend.close()));
    },
  };
}
