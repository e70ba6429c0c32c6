import { config, getBackendSrv } from '@grafana/runtime';
import { routes, type Pairing } from '@jetstream-console/contract';
import { lastValueFrom } from 'rxjs';
import { call, pluginId, toProblem } from '../api/client';
import { keptSchema, settingsFor, stagesOf, type Here, type Kept, type Stage } from './pairing';

const url = `/api/plugins/${pluginId}/settings`;

async function settings(method: 'GET' | 'POST', data?: unknown): Promise<unknown> {
  try {
    const answer = await lastValueFrom(
      getBackendSrv().fetch<unknown>({ url, method, data, showErrorAlert: false, showSuccessAlert: false }),
    );
    return answer.data;
  } catch (error) {
    throw toProblem(error);
  }
}

export const readKept = async (): Promise<Kept> => keptSchema.parse(await settings('GET'));

export async function savePairing(pairing: Pairing): Promise<void> {
  await settings('POST', settingsFor(pairing));
}

export async function enableApp(kept: Kept): Promise<void> {
  await settings('POST', { enabled: true, pinned: true, jsonData: kept.jsonData });
}

export const here = (): Here => ({ appUrl: config.appUrl, orgId: config.bootData.user.orgId });

/** Walks from this page to the backend and back, and tells how far it came. */
export async function selfTest(): Promise<Stage[]> {
  const kept = await readKept();
  const answer = await call(routes.me).then(
    (me) => ({ me }),
    (error: unknown) => ({ error }),
  );
  return stagesOf(kept, answer, here());
}
