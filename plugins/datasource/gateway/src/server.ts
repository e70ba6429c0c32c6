import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { BackendOf } from './backend/backends';
import type { Address } from './process/handshake';
import type { Life } from './process/life';
import type { Log } from './process/log';
import type { Metrics } from './process/metrics';
import * as protocol from './protocol/services';
import { dataService } from './services/data';
import { diagnosticsService } from './services/diagnostics';
import { goPluginServices } from './services/goPlugin';
import { resourceService } from './services/resource';
import { streamService } from './services/stream';

/** gRPC's own default is 4 MiB. What Grafana sends is small; a limit there must be. */
const largestRequest = 64 * 1024 * 1024;

export interface Parts {
  readonly log: Log;
  readonly life: Life;
  readonly metrics: Metrics;
  readonly backendOf: BackendOf;
  readonly version: string;
  readonly recheckMs: number;
}

/** Everything that Grafana may ask of a datasource; what is not added here is answered with UNIMPLEMENTED. */
export function makeServer({ life, ...parts }: Parts): Server {
  const deps = { ...parts, ended: life.ended };
  const server = new Server({
    'grpc.max_receive_message_length': largestRequest,
    'grpc.max_send_message_length': -1,
  });
  const host = goPluginServices(life);
  server.addService(protocol.diagnostics, diagnosticsService(deps));
  server.addService(protocol.data, dataService(deps));
  server.addService(protocol.resource, resourceService(deps));
  server.addService(protocol.stream, streamService(deps));
  server.addService(protocol.controller, host.controller);
  server.addService(protocol.stdio, host.stdio);
  server.addService(protocol.broker, host.broker);
  server.addService(protocol.health, host.health);
  return server;
}

export function bind(server: Server, { network, address }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    const target = network === 'unix' ? `unix:${address}` : address;
    server.bindAsync(target, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
  });
}
