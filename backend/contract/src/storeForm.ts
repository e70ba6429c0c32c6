import type { NatsConfig } from './jetstreamConfig';
import { overlay, sameSetting } from './jetstreamOverlay';
import { isOn, numberOf, textOf, type Refusal } from './jetstreamRules';

export type StoreKind = 'kv' | 'object';

/** What of a stream makes it a bucket or an object store: what every client expects of one (ADR-8 and ADR-20 of NATS). */
export interface StoreForm {
  readonly kind: StoreKind;
  /** what its stream's name begins with */
  readonly prefix: string;
  readonly subjects: (name: string) => readonly string[];
  /** what a new one is made with, unless it is told otherwise */
  readonly fresh: NatsConfig;
  readonly what: string;
}

export const kvForm: StoreForm = {
  kind: 'kv',
  prefix: 'KV_',
  subjects: (bucket) => [`$KV.${bucket}.>`],
  fresh: {
    max_msgs_per_subject: 1,
    discard: 'new',
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_direct: true,
    max_bytes: -1,
    max_msg_size: -1,
    num_replicas: 1,
    storage: 'file',
  },
  what: 'bucket',
};

export const objectForm: StoreForm = {
  kind: 'object',
  prefix: 'OBJ_',
  subjects: (store) => [`$O.${store}.C.>`, `$O.${store}.M.>`],
  fresh: {
    discard: 'new',
    allow_rollup_hdrs: true,
    allow_direct: true,
    max_bytes: -1,
    num_replicas: 1,
    storage: 'file',
  },
  what: 'object store',
};

/** The most revisions of a key that clients let a bucket keep. */
export const maxHistory = 64;
const second = 1_000_000_000;
/** Servers remember message ids for two minutes unless told otherwise, and refuse that where messages live shorter. */
const duplicateWindow = 120 * second;

/** The configuration of a new one: what the form asks for, under what is wanted otherwise. */
export function newStoreConfig(form: StoreForm, name: string, config: NatsConfig): Record<string, unknown> {
  const copies = config['mirror'] !== undefined;
  const age = numberOf(config, 'max_age');
  const own = copies ? { mirror_direct: true } : { subjects: form.subjects(name) };
  const wanted = overlay({ ...form.fresh, ...own }, config);
  // A mirror takes no messages of its own, so a server refuses delete markers on it and ids have no window.
  return {
    ...wanted,
    name: `${form.prefix}${name}`,
    ...(!copies &&
      wanted['duplicate_window'] === undefined &&
      age > 0 &&
      age < duplicateWindow && { duplicate_window: age }),
  };
}

/** Why a configuration would no longer be a bucket or store that clients can use, said before anything is sent. */
export function formRefusals(form: StoreForm, name: string, wanted: NatsConfig): Refusal[] {
  const copies = wanted['mirror'] !== undefined;
  const found: (Refusal | false)[] = [
    textOf(wanted, 'name') !== `${form.prefix}${name}` && {
      field: 'name',
      reason: `the stream behind the ${form.what} ${name} is called ${form.prefix}${name}`,
    },
    !copies &&
      !sameSetting('subjects', wanted['subjects'], form.subjects(name)) && {
        field: 'subjects',
        reason: `the subjects of a ${form.what} are ${form.subjects(name).join(' and ')}`,
      },
    !copies &&
      !isOn(wanted, 'allow_rollup_hdrs') &&
      !isOn(wanted, 'sealed') && {
        field: 'allow_rollup_hdrs',
        reason: form.kind === 'kv' ? 'keys are purged by roll-ups' : 'objects are replaced by roll-ups',
      },
    !['', 'limits'].includes(textOf(wanted, 'retention')) && {
      field: 'retention',
      reason: `a ${form.what} keeps by limits: what somebody has read has to stay`,
    },
    isOn(wanted, 'no_ack') && {
      field: 'no_ack',
      reason: 'writers have to learn the revision that they made',
    },
    form.kind === 'kv' &&
      (numberOf(wanted, 'max_msgs_per_subject') < 1 || numberOf(wanted, 'max_msgs_per_subject') > maxHistory) && {
        field: 'max_msgs_per_subject',
        reason: `a bucket keeps 1 to ${maxHistory} revisions of a key`,
      },
    form.kind === 'object' &&
      numberOf(wanted, 'max_msgs_per_subject') > 0 && {
        field: 'max_msgs_per_subject',
        reason: 'the chunks of an object share one subject, so a limit for each subject would cut objects off',
      },
    form.kind === 'object' &&
      numberOf(wanted, 'max_msgs') > 0 && {
        field: 'max_msgs',
        reason: 'an object is many messages: give max_bytes instead',
      },
  ];
  return found.filter((refusal) => refusal !== false);
}
