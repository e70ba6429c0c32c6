import {
  Client,
  Metadata,
  credentials,
  type CallOptions,
  type ClientReadableStream,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import type { Address } from '../process/handshake';
import * as protocol from '../protocol/services';

/** Grafana's own limit of a message, both ways */
const largest = 2 ** 31 - 1;

export const connectTo = ({ network, address }: Address): Client =>
  new Client(network === 'unix' ? `unix:${address}` : address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': largest,
    'grpc.max_send_message_length': largest,
    'grpc.enable_http_proxy': 0,
    'grpc-node.flow_control_window': 8 * 1024 * 1024,
    'grpc.default_authority': 'localhost',
  });

function unary<Req, Res>(client: Client, method: MethodDefinition<Req, Res>) {
  return (request: Req, signal?: AbortSignal): Promise<Res> =>
    new Promise((resolve, reject) => {
      const options: CallOptions = {};
      const call = client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        new Metadata(),
        options,
        (error: ServiceError | null, response?: Res) => {
          signal?.removeEventListener('abort', cancel);
          if (error) reject(error);
          else if (response === undefined) reject(new Error(`${method.path} was answered with nothing.`));
          else resolve(response);
        },
      );
      const cancel = () => call.cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      if (signal?.aborted) cancel();
    });
}

const streaming =
  <Req, Res>(client: Client, method: MethodDefinition<Req, Res>) =>
  (request: Req, signal?: AbortSignal): ClientReadableStream<Res> => {
    const call = client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
    );
    signal?.addEventListener('abort', () => call.cancel(), { once: true });
    return call;
  };

/** Every call that Grafana makes, typed. A failed one rejects with gRPC's error; `sourceOf` reads whose fault it was. */
export function makeCalls(client: Client) {
  const collect = unary(client, protocol.diagnostics.CollectMetrics);
  return {
    checkHealth: unary(client, protocol.diagnostics.CheckHealth),
    collectMetrics: () => collect({ pluginContext: undefined }),
    queryData: unary(client, protocol.data.QueryData),
    callResource: streaming(client, protocol.resource.CallResource),
    subscribeStream: unary(client, protocol.stream.SubscribeStream),
    runStream: streaming(client, protocol.stream.RunStream),
    publishStream: unary(client, protocol.stream.PublishStream),
    shutdown: unary(client, protocol.controller.Shutdown),
    streamStdio: streaming(client, protocol.stdio.StreamStdio),
    health: unary(client, protocol.health.Check),
  };
}
export type Calls = ReturnType<typeof makeCalls>;
