import { Metadata, status, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { Failure } from '../backend/failure';
import { bytes, int32, many, mapped, message, one, text } from './wire';

/** google.rpc.Status with details, as Grafana's host reads it out of a call's trailers */
const any = message({ typeUrl: one(1, text), value: one(2, bytes) });
const rpcStatus = message({ code: one(1, int32), message: one(2, text), details: many(3, any) });
const errorInfo = message({ reason: one(1, text), domain: one(2, text), metadata: mapped(3, text) });

type CallStatus = Pick<StatusObject, 'code' | 'details'> & Pick<ServiceError, 'metadata'>;

/** A call that failed as a whole. Grafana counts it by the source in the details, and shows the message. */
export function callStatus(error: unknown): Partial<CallStatus> {
  const failure = error instanceof Failure ? error : new Failure(500, 'plugin', `The plugin failed: ${String(error)}`);
  const metadata = new Metadata();
  const info = errorInfo.encode({ metadata: new Map([['errorSource', failure.source]]) });
  const detail = any.make({ typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo', value: info });
  metadata.set(
    'grpc-status-details-bin',
    rpcStatus.encode({ code: status.UNKNOWN, message: failure.message, details: [detail] }),
  );
  return { code: status.UNKNOWN, details: failure.message, metadata };
}

/** The source that a failed call names; for hosts. */
export function sourceOf(metadata: Metadata): string | null {
  const [value] = metadata.get('grpc-status-details-bin');
  if (!Buffer.isBuffer(value)) return null;
  const [detail] = rpcStatus.decode(value).details;
  return detail ? (errorInfo.decode(detail.value).metadata.get('errorSource') ?? null) : null;
}
