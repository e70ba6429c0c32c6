import type { NatsConfig } from './jetstreamConfig';

/** What a field was and what it becomes; null where it is absent. */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Labels that the server writes itself: given back to it they mean nothing, and they change with its version. */
const isServerLabel = (key: string) => key.startsWith('_nats.');

/** The configuration without the server's own labels. */
export function withoutServerLabels(config: NatsConfig): Json {
  const { metadata, ...rest } = config;
  if (!isObject(metadata)) return { ...config };
  const own = Object.fromEntries(Object.entries(metadata).filter(([key]) => !isServerLabel(key)));
  return Object.keys(own).length === 0 ? rest : { ...rest, metadata: own };
}

/** The server's configuration with the changed fields laid over it: everything else stays to the letter. */
export function overlay(current: NatsConfig, change: NatsConfig): Json {
  const wanted = withoutServerLabels({ ...current, ...change });
  for (const [key, value] of Object.entries(wanted)) if (value === null || value === undefined) delete wanted[key];
  return wanted;
}

/** Fields whose 0 the server reads as -1, no limit (nats-server checkStreamCfg, setConsumerConfigDefaults). */
const zeroIsNoLimit = new Set([
  'max_msgs',
  'max_bytes',
  'max_msg_size',
  'max_consumers',
  'max_msgs_per_subject',
  'max_deliver',
]);
/** The value that an absent field has. */
const absentIs: Readonly<Record<string, unknown>> = {
  retention: 'limits',
  discard: 'old',
  storage: 'file',
  compression: 'none',
  persist_mode: 'default',
  priority_policy: 'none',
  deliver_policy: 'all',
  replay_policy: 'instant',
};

const instantShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
/** The same moment in one spelling, fractions below a millisecond kept. */
function canonicalInstant(text: string): string {
  const [, fraction = ''] = instantShape.exec(text) ?? [];
  const seconds = new Date(text.replace(fraction, '')).toISOString().slice(0, 19);
  return `${seconds}${fraction.replace(/\.?0+$/, '')}Z`;
}

/** What Go leaves out when it writes JSON: false, 0, empty text, empty lists and objects. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === '' ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.values(value).every(isEmpty));

function canonical(value: unknown): unknown {
  if (typeof value === 'string') return instantShape.test(value) ? canonicalInstant(value) : value;
  if (Array.isArray(value)) return value.map(canonical);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => !isEmpty(item))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, canonical(item)]),
  );
}

/** A field's value in the one form in which equal settings are equal; undefined for what is as good as absent. */
export function settingOf(field: string, value: unknown): unknown {
  if (isEmpty(value) || value === absentIs[field]) return undefined;
  if (zeroIsNoLimit.has(field) && value === -1) return undefined;
  return canonical(value);
}

const written = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item)) ?? '';
export const sameSetting = (field: string, a: unknown, b: unknown): boolean =>
  written(settingOf(field, a)) === written(settingOf(field, b));

/** Fields that differ in what they mean, in the order of their names; the server's own labels left out. */
export function diffConfigs(before: NatsConfig, after: NatsConfig): FieldChange[] {
  const [old, now] = [withoutServerLabels(before), withoutServerLabels(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .sort()
    .filter((field) => !sameSetting(field, old[field], now[field]))
    .map((field) => ({ field, before: old[field] ?? null, after: now[field] ?? null }));
}

/** The change that turns one configuration into another, as an edit sends it. */
export const changeBetween = (before: NatsConfig, after: NatsConfig): Json =>
  Object.fromEntries(diffConfigs(before, after).map(({ field, after: value }) => [field, value]));

/** One text for all configurations that mean the same; what a hash is made of. */
export function canonicalConfig(config: NatsConfig): string {
  const own = withoutServerLabels(config);
  return written(
    Object.keys(own)
      .sort()
      .map((field) => [field, settingOf(field, own[field])])
      .filter(([, value]) => value !== undefined),
  );
}

/** How the server's echo differs from what it was asked. */
export interface Echo {
  /** asked for, and not in the echo: the server does not know the field, or does without */
  readonly ignored: readonly FieldChange[];
  /** asked for, and set to another value */
  readonly adjusted: readonly FieldChange[];
}

/** Compares the fields that were asked for with what the server says it set. `before` is what was asked, `after` what is. */
export function compareEcho(asked: NatsConfig, echo: NatsConfig): Echo {
  const differing = Object.keys(withoutServerLabels(asked))
    .filter((field) => !sameSetting(field, asked[field], withoutServerLabels(echo)[field]))
    .map((field) => ({ field, before: asked[field] ?? null, after: echo[field] ?? null }));
  return {
    ignored: differing.filter(({ after }) => isEmpty(after)),
    adjusted: differing.filter(({ after }) => !isEmpty(after)),
  };
}
