import { contextOf, dataQuery } from '../src/host';
import { connectionId, secret } from './console';

export const alice = { orgId: 1, login: 'alice', name: 'Alice', email: 'alice@example.test', role: 'Viewer' };
export const tokenOf = (login: string): string => `header.${login}.signature`;
/** headers of a call behind which somebody is signed in */
export const signedIn = (login = 'alice'): Map<string, string> => new Map([['http_X-Grafana-Id', tokenOf(login)]]);

/** Settings that were just saved, unless a test says when: gateways keep a client until then. */
let saved = 1;
export const contextFor = (
  apiUrl: string,
  { asker = alice, updated = ++saved, uid = 'ds1', gatewaySecret = secret } = {},
): ReturnType<typeof contextOf> =>
  contextOf(
    {
      uid,
      updated,
      name: 'JetStream',
      jsonData: { apiUrl, connectionId },
      secureJsonData: gatewaySecret === '' ? {} : { gatewaySecret },
    },
    asker,
    '0.1.0',
  );

export const hour = { fromEpochMS: 1_795_459_200_000, toEpochMS: 1_795_462_800_000 };
export const lag = { kind: 'metrics', metric: 'lag' } as const;
export const queryOf = (refId: string, spec: unknown, more: Readonly<Record<string, unknown>> = {}) =>
  dataQuery.make({
    refId,
    intervalMS: 15_000,
    maxDataPoints: 900,
    timeRange: hour,
    json: Buffer.from(JSON.stringify({ refId, v: 1, spec, ...more })),
  });
