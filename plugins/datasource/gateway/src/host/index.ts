import { connectTo, makeCalls, type Calls } from './client';
import { startProcess, type GatewayProcess, type StartOptions } from './process';

export { frameJson, type FrameJson } from './frameJson';
export {
  dsQueryBody,
  healthByHttp,
  queryByHttp,
  resourceByHttp,
  type Behalf,
  type HttpAnswer,
  type ResourceAsked,
} from './http';
export { contextOf, type Asker, type Datasource } from './context';
export * from '../protocol/pluginv2';
export { sourceOf } from '../protocol/status';
export type { Calls } from './client';
export type { GatewayProcess, StartOptions } from './process';

/** after Shutdown Grafana waits this long, then kills */
const graceMs = 2000;

export interface Gateway extends GatewayProcess {
  readonly calls: Calls;
  /** as Grafana stops a plugin: asked by a call, killed when it takes too long */
  stop(): Promise<void>;
}

/** The gateway, started and driven as Grafana does it: for the development host and for tests. */
export async function startGateway(options: StartOptions): Promise<Gateway> {
  const running = await startProcess(options);
  const client = connectTo(running.address);
  const calls = makeCalls(client);
  const stdio = calls.streamStdio({});
  // The stream ends with the gateway, by an error when that is sudden: `exited` tells it already.
  stdio.on('error', () => undefined).resume();
  return {
    ...running,
    calls,
    stop: async () => {
      const killer = setTimeout(() => running.kill('SIGKILL'), graceMs);
      // A gateway that has gone already cannot be asked; waiting for its end is all that is left.
      await calls.shutdown({}).catch(() => undefined);
      await running.exited;
      clearTimeout(killer);
      client.close();
    },
  };
}
