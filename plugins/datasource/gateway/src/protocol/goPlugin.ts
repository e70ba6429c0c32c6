import { bytes, int32, message, one, text, type Decoded } from './wire';

// What hashicorp/go-plugin itself asks of a plugin's process, and gRPC's own health service.

export const empty = message({});
export type Empty = Decoded<typeof empty>;

export const stdioData = message({ channel: one(1, int32), data: one(2, bytes) });
export const connInfo = message({ serviceId: one(1, int32), network: one(2, text), address: one(3, text) });

export const healthCheckRequest = message({ service: one(1, text) });
export const servingStatus = { unknown: 0, serving: 1, notServing: 2 } as const;
export const healthCheckResponse = message({ status: one(1, int32) });
