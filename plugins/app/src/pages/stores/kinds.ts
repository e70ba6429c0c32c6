import {
  kvForm,
  objectForm,
  type ChangePlan,
  type ChangeResult,
  type ConfigView,
  type NatsConfig,
  type StoreForm,
  type StreamImpact,
} from '@jetstream-console/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import { useAct, useApi } from '../../api/hooks';
import { streamFields } from '../../assetConfig/streamFields';
import type { FieldGroup } from '../../assetConfig/words';
import { bucketUrl, pageUrl, storeUrl } from '../../components/parts';
import { deleteBucketCommand, deleteStoreCommand } from '../../natsCommand';

interface Acting {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly reset: () => void;
}
interface Then<T> {
  readonly onSuccess?: (result: T) => void;
  readonly onError?: () => void;
}
interface Making {
  readonly name: string;
  readonly config: NatsConfig;
  readonly pedantic: boolean;
}
interface Edit {
  readonly change: NatsConfig;
  readonly pedantic: boolean;
}

/** A bucket and an object store are configured by the same pages; what differs between them is here. */
export interface StoreKind {
  readonly form: StoreForm;
  readonly resource: 'kv_stores' | 'object_stores';
  /** `bucket`, `object store` */
  readonly what: string;
  /** `a bucket`, `an object store` */
  readonly one: string;
  readonly many: string;
  readonly title: string;
  readonly listLabel: string;
  /** what fills a list that is empty */
  readonly empty: string;
  readonly groups: readonly FieldGroup[];
  readonly listUrl: (clusterId: string) => string;
  readonly url: (clusterId: string, name: string) => string;
  readonly deleteCommand: (name: string) => string;
  readonly usePlan: (clusterId: string, body: Making, enabled: boolean) => UseQueryResult<ChangePlan, Error>;
  readonly useCreate: (clusterId: string) => Acting & { run: (body: Making, then: Then<ChangeResult>) => void };
  readonly useConfig: (clusterId: string, name: string) => UseQueryResult<ConfigView, Error>;
  readonly usePlanUpdate: (
    clusterId: string,
    name: string,
    body: Edit,
    enabled: boolean,
  ) => UseQueryResult<ChangePlan, Error>;
  readonly useUpdate: (
    clusterId: string,
    name: string,
  ) => Acting & { run: (body: Edit & { basedOn: string }, then: Then<ChangeResult>) => void };
  readonly useDelete: (
    clusterId: string,
    name: string,
  ) => Acting & { run: (confirm: string, then: Then<unknown>) => void };
  readonly useImpact: (clusterId: string, name: string) => UseQueryResult<StreamImpact, Error>;
}

/** Fields that the form of a store leaves no choice in; the JSON beside the form still shows them. */
const settled = new Set(['subjects', 'retention', 'no_ack', 'sealed', 'max_consumers', 'first_seq', 'persist_mode']);
const bucketWords: Readonly<Record<string, { label: string; help: string }>> = {
  max_msgs_per_subject: { label: 'History', help: 'How many revisions of each key are kept, 1 to 64.' },
  max_age: { label: 'Values expire after', help: 'A value that is older goes by itself; 0 keeps them.' },
  max_msg_size: { label: 'Largest value', help: 'Larger values are refused.' },
  subject_delete_marker_ttl: {
    label: 'Delete markers live',
    help: 'A key that expires leaves a marker for this long, so that watchers learn of it.',
  },
  allow_msg_ttl: {
    label: 'Keys with a time of their own',
    help: 'Lets each value say when it expires. It cannot be turned off again.',
  },
};
const storeWords: Readonly<Record<string, { label: string; help: string }>> = {
  max_age: { label: 'Objects expire after', help: 'What is older goes by itself, chunk by chunk; 0 keeps it.' },
};
const named = (what: string) => ({
  name: { label: 'Name', help: `What the ${what} is called: letters, digits, _ and -.` },
});

const groupsOf = (words: Readonly<Record<string, { label: string; help: string }>>, left: readonly string[] = []) =>
  streamFields
    .map((group) => ({
      ...group,
      fields: group.fields
        .filter(({ key }) => !settled.has(key) && !left.includes(key))
        .map((field) => ({ ...field, ...words[field.key] })),
    }))
    .filter(({ fields }) => fields.length > 0);

export const buckets: StoreKind = {
  form: kvForm,
  resource: 'kv_stores',
  what: 'bucket',
  one: 'a bucket',
  many: 'buckets',
  title: 'Key-value',
  listLabel: 'Buckets',
  empty: 'A bucket holds the last values of keys. One that an application or "nats kv add" makes appears here.',
  groups: groupsOf({ ...named('bucket'), ...bucketWords }),
  listUrl: (clusterId) => pageUrl(`kv?cluster=${clusterId}`),
  url: bucketUrl,
  deleteCommand: deleteBucketCommand,
  usePlan: (clusterId, body, enabled) => useApi('planBucket', { params: { clusterId }, body }, { enabled }),
  useCreate: (clusterId) => {
    const act = useAct('createBucket');
    return { ...act, run: (body, then) => act.mutate({ params: { clusterId }, body }, then) };
  },
  useConfig: (clusterId, bucket) => useApi('getBucketConfig', { params: { clusterId, bucket } }, { every: 15_000 }),
  usePlanUpdate: (clusterId, bucket, body, enabled) =>
    useApi('planBucketUpdate', { params: { clusterId, bucket }, body }, { enabled }),
  useUpdate: (clusterId, bucket) => {
    const act = useAct('updateBucket');
    return { ...act, run: (body, then) => act.mutate({ params: { clusterId, bucket }, body }, then) };
  },
  useDelete: (clusterId, bucket) => {
    const act = useAct('deleteBucket');
    return { ...act, run: (confirm, then) => act.mutate({ params: { clusterId, bucket }, body: { confirm } }, then) };
  },
  useImpact: (clusterId, bucket) => useApi('getBucketImpact', { params: { clusterId, bucket } }),
};

export const objectStores: StoreKind = {
  form: objectForm,
  resource: 'object_stores',
  what: 'object store',
  one: 'an object store',
  many: 'object stores',
  title: 'Objects',
  listLabel: 'Object stores',
  empty: 'A store holds files of any size. One that an application or "nats object add" makes appears here.',
  groups: groupsOf({ ...named('store'), ...storeWords }, [
    'max_msgs',
    'max_msgs_per_subject',
    'discard_new_per_subject',
  ]),
  listUrl: (clusterId) => pageUrl(`objects?cluster=${clusterId}`),
  url: storeUrl,
  deleteCommand: deleteStoreCommand,
  usePlan: (clusterId, body, enabled) => useApi('planObjectStore', { params: { clusterId }, body }, { enabled }),
  useCreate: (clusterId) => {
    const act = useAct('createObjectStore');
    return { ...act, run: (body, then) => act.mutate({ params: { clusterId }, body }, then) };
  },
  useConfig: (clusterId, store) => useApi('getObjectStoreConfig', { params: { clusterId, store } }, { every: 15_000 }),
  usePlanUpdate: (clusterId, store, body, enabled) =>
    useApi('planObjectStoreUpdate', { params: { clusterId, store }, body }, { enabled }),
  useUpdate: (clusterId, store) => {
    const act = useAct('updateObjectStore');
    return { ...act, run: (body, then) => act.mutate({ params: { clusterId, store }, body }, then) };
  },
  useDelete: (clusterId, store) => {
    const act = useAct('deleteObjectStore');
    return { ...act, run: (confirm, then) => act.mutate({ params: { clusterId, store }, body: { confirm } }, then) };
  },
  useImpact: (clusterId, store) => useApi('getObjectStoreImpact', { params: { clusterId, store } }),
};
