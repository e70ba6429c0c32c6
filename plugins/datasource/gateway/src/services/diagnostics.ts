import type { BackendOf } from '../backend/backends';
import type { CheckHealthRequest, CheckHealthResponse } from '../protocol/pluginv2';
import { unary, type CallDeps } from './calls';
import { checkHealth } from './health';

export function diagnosticsService(deps: CallDeps & { readonly backendOf: BackendOf; readonly version: string }) {
  return {
    CheckHealth: unary<CheckHealthRequest, CheckHealthResponse>(deps, 'CheckHealth', (request, signal) =>
      checkHealth(deps.backendOf, deps.version, request, signal),
    ),
    CollectMetrics: unary<unknown, { metrics: { prometheus: Uint8Array } }>(deps, 'CollectMetrics', async () => ({
      metrics: { prometheus: Buffer.from(await deps.metrics.expose()) },
    })),
  };
}
