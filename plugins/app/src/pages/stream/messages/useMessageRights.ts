import type { Action, Resource } from '@jetstream-console/contract';
import { useMay, type May } from '../../../api/hooks';
import { useMayChange } from '../../../api/mayChange';

/** Messages of a bucket or an object store are values: an act on them takes the right to act on those as well. */
const behind: readonly (readonly [prefix: string, data: Resource])[] = [
  ['KV_', 'kv_values'],
  ['OBJ_', 'object_data'],
];
const onValues = { publish: 'update', delete: 'delete', export: 'read' } as const satisfies Partial<
  Record<Action, Action>
>;
type Act = keyof typeof onValues;

/** The server's own question about an act on a stream's messages, whatever their subject. */
export function mayOnMessages(may: May, act: Act, cluster: string, stream: string): boolean {
  if (!may(`messages:${act}`, { cluster, name: stream })) return false;
  const store = behind.find(([prefix]) => stream.startsWith(prefix));
  return store === undefined || may(`${store[1]}:${onValues[act]}`, { cluster, name: stream.slice(store[0].length) });
}

export interface MessageRights {
  /** whether the cluster is switched to read-only in the console; null until that is known */
  readonly readOnly: boolean | null;
  readonly publish: boolean;
  readonly delete: boolean;
  readonly export: boolean;
  /** into some stream of the cluster */
  readonly copy: boolean;
}

export function useMessageRights(cluster: string, stream: string): MessageRights {
  const may = useMay();
  const { readOnly } = useMayChange(cluster);
  const writable = readOnly === false;
  return {
    readOnly,
    publish: writable && mayOnMessages(may, 'publish', cluster, stream),
    delete: writable && mayOnMessages(may, 'delete', cluster, stream),
    export: mayOnMessages(may, 'export', cluster, stream),
    copy: writable && may('messages:publish', { cluster }),
  };
}
