import type { Action, Resource } from '@jetstream-console/contract';
import { useApi, useMay, type May } from './hooks';

/** A bucket and an object store are streams as well: who changes the stream has to be allowed to change those too. */
const behind: readonly (readonly [prefix: string, store: Resource])[] = [
  ['KV_', 'kv_stores'],
  ['OBJ_', 'object_stores'],
];

/** The server's own question about an act on a stream. @param stream none for any that the role covers */
export function mayOnStream(may: May, action: Action, cluster: string, stream?: string): boolean {
  if (!may(`streams:${action}`, { cluster, name: stream })) return false;
  const store = behind.find(([prefix]) => stream?.startsWith(prefix));
  return store === undefined || may(`${store[1]}:${action}`, { cluster, name: stream?.slice(store[0].length) });
}

/** Payloads of a bucket's or an object store's stream are values: whoever reads them needs the grant for those too. */
export function mayReadPayloads(may: May, cluster: string, stream: string): boolean {
  const bucket = /^KV_(.*)/.exec(stream)?.[1];
  const store = /^OBJ_(.*)/.exec(stream)?.[1];
  return (
    may('messages:read', { cluster, name: stream }) &&
    (bucket === undefined || may('kv_values:read', { cluster, name: bucket })) &&
    (store === undefined || may('object_data:read', { cluster, name: store }))
  );
}

export interface MayChange {
  /** whether the cluster is switched to read-only in the console; null until that is known */
  readonly readOnly: boolean | null;
  readonly streams: (action: Action, stream?: string) => boolean;
  /** a backup holds every payload; it changes nothing, and goes out on the credential that changes things */
  readonly backup: (stream: string) => boolean;
  /** consumers are named by their stream */
  readonly consumers: (action: Action, stream: string) => boolean;
  /** anything else that carries a name: buckets and object stores, and what is in them */
  readonly named: (permission: `${Resource}:${Action}`, name?: string, subject?: string) => boolean;
}

/** What this person may change in a cluster: nothing while it is read-only, or as long as that is not known. */
export function useMayChange(clusterId: string): MayChange {
  const may = useMay();
  const { data } = useApi('getCluster', { params: { clusterId } });
  const writable = data?.readOnly === false;
  return {
    readOnly: data?.readOnly ?? null,
    streams: (action, stream) => writable && mayOnStream(may, action, clusterId, stream),
    backup: (stream) =>
      writable && mayOnStream(may, 'operate', clusterId, stream) && mayReadPayloads(may, clusterId, stream),
    consumers: (action, stream) => writable && may(`consumers:${action}`, { cluster: clusterId, name: stream }),
    named: (permission, name, subject) => writable && may(permission, { cluster: clusterId, name, subject }),
  };
}
