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

export interface MayChange {
  /** whether the cluster is switched to read-only in the console; null until that is known */
  readonly readOnly: boolean | null;
  readonly streams: (action: Action, stream?: string) => boolean;
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
    consumers: (action, stream) => writable && may(`consumers:${action}`, { cluster: clusterId, name: stream }),
    named: (permission, name, subject) => writable && may(permission, { cluster: clusterId, name, subject }),
  };
}
