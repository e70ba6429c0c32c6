import { useMay } from '../../api/hooks';
import { mayReadPayloads, useMayChange } from '../../api/mayChange';

export interface MayRetry {
  readonly readOnly: boolean | null;
  readonly read: (stream: string) => boolean;
  /** reads the message and publishes it */
  readonly retry: (stream?: string) => boolean;
  /** changes what the console knows of it, and nothing on the cluster */
  readonly mark: (stream?: string) => boolean;
  readonly remove: (stream: string) => boolean;
  /** copies and the capture stream */
  readonly settings: boolean;
  readonly capture: boolean;
  readonly endCapture: boolean;
}

/** What this person may do with dead letters of a cluster. */
export function useMayRetry(clusterId: string): MayRetry {
  const may = useMay();
  const change = useMayChange(clusterId);
  const settings = may('clusters:update', { cluster: clusterId });
  return {
    readOnly: change.readOnly,
    read: (stream) => mayReadPayloads(may, clusterId, stream),
    retry: (stream) =>
      change.named('messages:publish', stream) && may('messages:read', { cluster: clusterId, name: stream }),
    mark: (stream) => may('messages:publish', { cluster: clusterId, name: stream }),
    remove: (stream) => change.named('messages:delete', stream),
    settings,
    capture: settings && change.streams('create'),
    endCapture: settings && change.streams('delete'),
  };
}
