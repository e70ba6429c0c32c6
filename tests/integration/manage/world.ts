import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { natsVersion } from '../../../scripts/engines/servers';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';

/** The newest of each line that is still run. */
export const versions = ['2.10.26', '2.11.11', '2.12.8', '2.14.6', natsVersion] as const;

/** The JetStream api level that each of them says. */
export const levels: Readonly<Record<(typeof versions)[number], number>> = {
  '2.10.26': 0,
  '2.11.11': 1,
  '2.12.8': 2,
  '2.14.6': 4,
  [natsVersion]: 5,
};

/** An api, a server of a version, and a way to ask it behind the api's back. */
export interface ManageWorld {
  readonly api: TestApi;
  readonly nats: NatsServer;
  readonly nc: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly clusterId: string;
  /** one JetStream api request, answer and error as they come */
  ask(name: string, body?: unknown): Promise<NatsAnswer>;
  stop(): Promise<void>;
}
export interface NatsAnswer {
  readonly error?: { readonly code: number; readonly err_code?: number; readonly description: string };
  readonly config?: Record<string, unknown>;
}

export async function startManageWorld(version: string = natsVersion, shared?: TestApi): Promise<ManageWorld> {
  const nats = await startNatsServer({ version });
  const api = shared ?? (await startTestApi());
  const nc = await connectTo(nats.url);
  return {
    api,
    nats,
    nc,
    jsm: await jetstreamManager(nc),
    clusterId: await addCluster(api, [nats.url]),
    ask: async (name, body) =>
      (
        await nc.request(`$JS.API.${name}`, body === undefined ? undefined : JSON.stringify(body), { timeout: 10_000 })
      ).json<NatsAnswer>(),
    stop: async () => {
      await nc.close();
      if (!shared) await api.stop();
      await nats.stop();
    },
  };
}
