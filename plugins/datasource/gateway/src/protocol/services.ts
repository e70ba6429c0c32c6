import type { MethodDefinition } from '@grpc/grpc-js';
import * as goPlugin from './goPlugin';
import * as v2 from './pluginv2';
import type { Message } from './wire';

function method<Req, Res>(
  path: string,
  request: Message<Req>,
  response: Message<Res>,
  streams: { request?: boolean; response?: boolean } = {},
): MethodDefinition<Req, Res> {
  return {
    path,
    requestStream: streams.request ?? false,
    responseStream: streams.response ?? false,
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: response.encode,
    responseDeserialize: response.decode,
  };
}
const answersStream = { response: true };

export const diagnostics = {
  CheckHealth: method('/pluginv2.Diagnostics/CheckHealth', v2.checkHealthRequest, v2.checkHealthResponse),
  CollectMetrics: method('/pluginv2.Diagnostics/CollectMetrics', v2.collectMetricsRequest, v2.collectMetricsResponse),
};
export const data = {
  QueryData: method('/pluginv2.Data/QueryData', v2.queryDataRequest, v2.queryDataResponse),
};
export const resource = {
  CallResource: method(
    '/pluginv2.Resource/CallResource',
    v2.callResourceRequest,
    v2.callResourceResponse,
    answersStream,
  ),
};
export const stream = {
  SubscribeStream: method('/pluginv2.Stream/SubscribeStream', v2.streamRequest, v2.streamResponse),
  RunStream: method('/pluginv2.Stream/RunStream', v2.streamRequest, v2.streamPacket, answersStream),
  PublishStream: method('/pluginv2.Stream/PublishStream', v2.streamRequest, v2.streamResponse),
};
export const controller = {
  Shutdown: method('/plugin.GRPCController/Shutdown', goPlugin.empty, goPlugin.empty),
};
export const stdio = {
  StreamStdio: method('/plugin.GRPCStdio/StreamStdio', goPlugin.empty, goPlugin.stdioData, answersStream),
};
export const broker = {
  StartStream: method('/plugin.GRPCBroker/StartStream', goPlugin.connInfo, goPlugin.connInfo, {
    request: true,
    response: true,
  }),
};
export const health = {
  Check: method('/grpc.health.v1.Health/Check', goPlugin.healthCheckRequest, goPlugin.healthCheckResponse),
  Watch: method(
    '/grpc.health.v1.Health/Watch',
    goPlugin.healthCheckRequest,
    goPlugin.healthCheckResponse,
    answersStream,
  ),
};
