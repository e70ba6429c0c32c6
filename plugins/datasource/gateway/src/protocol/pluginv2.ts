import { bytes, int32, int64, many, mapped, maybe, message, one, text, type Decoded } from './wire';

// Grafana's plugin protocol, version 2: as much of it as a datasource uses. Fields that nothing here reads are left out;
// unknown ones are skipped when read.

export const dataSourceSettings = message({
  name: one(2, text),
  jsonData: one(8, bytes),
  decryptedSecureJsonData: mapped(9, text),
  lastUpdatedMS: one(10, int64),
  uid: one(11, text),
});
export type DataSourceSettings = Decoded<typeof dataSourceSettings>;

export const user = message({ login: one(1, text), name: one(2, text), email: one(3, text), role: one(4, text) });

export const pluginContext = message({
  orgId: one(1, int64),
  pluginId: one(2, text),
  user: maybe(3, user),
  dataSourceInstanceSettings: maybe(5, dataSourceSettings),
  grafanaConfig: mapped(6, text),
  pluginVersion: one(7, text),
  userAgent: one(8, text),
});
export type PluginContext = Decoded<typeof pluginContext>;

const stringList = message({ values: many(1, text) });

export const callResourceRequest = message({
  pluginContext: maybe(1, pluginContext),
  path: one(2, text),
  method: one(3, text),
  url: one(4, text),
  headers: mapped(5, stringList),
  body: one(6, bytes),
});
export type CallResourceRequest = Decoded<typeof callResourceRequest>;

export const callResourceResponse = message({
  code: one(1, int32),
  headers: mapped(2, stringList),
  body: one(3, bytes),
});
export type CallResourceResponse = Decoded<typeof callResourceResponse>;

export const dataQuery = message({
  refId: one(1, text),
  maxDataPoints: one(2, int64),
  intervalMS: one(3, int64),
  timeRange: maybe(4, message({ fromEpochMS: one(1, int64), toEpochMS: one(2, int64) })),
  json: one(5, bytes),
  queryType: one(6, text),
});
export type DataQuery = Decoded<typeof dataQuery>;

export const queryDataRequest = message({
  pluginContext: maybe(1, pluginContext),
  headers: mapped(2, text),
  queries: many(3, dataQuery),
});
export type QueryDataRequest = Decoded<typeof queryDataRequest>;

export const dataResponse = message({
  /** Arrow files, one a frame */
  frames: many(1, bytes),
  error: one(2, text),
  status: one(4, int32),
  errorSource: one(5, text),
});
export type DataResponse = Decoded<typeof dataResponse>;
export const queryDataResponse = message({ responses: mapped(1, dataResponse) });
export type QueryDataResponse = Decoded<typeof queryDataResponse>;

export const collectMetricsRequest = message({ pluginContext: maybe(1, pluginContext) });
export const collectMetricsResponse = message({ metrics: maybe(1, message({ prometheus: one(1, bytes) })) });

export const checkHealthRequest = message({ pluginContext: maybe(1, pluginContext), headers: mapped(2, text) });
export type CheckHealthRequest = Decoded<typeof checkHealthRequest>;
export const healthStatus = { unknown: 0, ok: 1, error: 2 } as const;
export const checkHealthResponse = message({
  status: one(1, int32),
  message: one(2, text),
  jsonDetails: one(3, bytes),
});
export type CheckHealthResponse = Decoded<typeof checkHealthResponse>;

/** SubscribeStream, RunStream and PublishStream take the same fields. */
export const streamRequest = message({
  pluginContext: maybe(1, pluginContext),
  path: one(2, text),
  data: one(3, bytes),
  headers: mapped(4, text),
});
export type StreamRequest = Decoded<typeof streamRequest>;
export const streamStatus = { ok: 0, notFound: 1, permissionDenied: 2 } as const;
export const streamResponse = message({ status: one(1, int32), data: one(2, bytes) });
export type StreamResponse = Decoded<typeof streamResponse>;
export const streamPacket = message({ data: one(1, bytes) });
export type StreamPacket = Decoded<typeof streamPacket>;
