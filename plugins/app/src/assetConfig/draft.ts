import {
  changeBetween,
  diffConfigs,
  fieldLevel,
  levelRefusal,
  newConsumerConfig,
  newStreamConfig,
  overlay,
  sameSetting,
  type AssetKind,
  type FieldChange,
  type NatsConfig,
} from '@jetstream-console/contract';

/** The draft with another value of a field; undefined takes the field out. */
export function withField(draft: NatsConfig, field: string, value: unknown): NatsConfig {
  const { [field]: _before, ...rest } = draft;
  return value === undefined ? rest : { ...draft, [field]: value };
}

const schemas = { stream: newStreamConfig, consumer: newConsumerConfig };

const nameOf = ({ name, durable_name }: NatsConfig): unknown => name || durable_name;

/**
 * What no server would read, by field: only of fields that differ from what they were, since what stands there was
 * taken by a server once.
 */
export function faultsOf(kind: AssetKind, base: NatsConfig, draft: NatsConfig): Readonly<Record<string, string>> {
  if (!nameOf(draft)) return { name: 'say a name' };
  const parsed = schemas[kind].safeParse(draft);
  if (parsed.success) return {};
  const changed = new Set([...diffConfigs(base, draft).map(({ field }) => field), 'name']);
  return Object.fromEntries(
    parsed.error.issues
      .map(({ path: [field, ...inside], message }) => [
        String(field ?? 'name'),
        [inside.join('.'), message].filter((part) => part !== '').join(': '),
      ])
      .filter(([field]) => changed.has(field ?? ''))
      .reverse(),
  );
}

/** Why a field cannot be edited here, or null. */
export function lockOf(
  kind: AssetKind,
  field: string,
  value: unknown,
  level: number,
  fixed: readonly { readonly field: string; readonly reason: string }[],
): string | null {
  const known = fixed.find((entry) => entry.field === field);
  if (known) return known.reason;
  const needs = fieldLevel(kind, field);
  // What is set already may be taken out again.
  return needs > level && value === undefined ? (levelRefusal(kind, field, true, level) ?? null) : null;
}

/** How a field stands in three versions: as the edit began, as it is now, and as this edit wants it. */
export interface ThreeWay extends FieldChange {
  /** as the edit began; `before` is what is there now, `after` what is wanted */
  readonly begun: unknown;
  readonly by: 'them' | 'me' | 'both';
}

/** The fields that somebody else, this edit, or both have changed. Where both wrote the same there is nothing to tell. */
export function threeWay(begun: NatsConfig, now: NatsConfig, wanted: NatsConfig): readonly ThreeWay[] {
  const fields = new Set([...diffConfigs(begun, now), ...diffConfigs(begun, wanted)].map(({ field }) => field));
  return [...fields]
    .sort()
    .filter((field) => !sameSetting(field, now[field], wanted[field]))
    .map((field) => {
      const theirs = !sameSetting(field, begun[field], now[field]);
      const mine = !sameSetting(field, begun[field], wanted[field]);
      return {
        field,
        begun: begun[field] ?? null,
        before: now[field] ?? null,
        after: wanted[field] ?? null,
        by: theirs && mine ? 'both' : theirs ? 'them' : 'me',
      };
    });
}

/**
 * The edit laid over what is there now: what only they changed stays theirs, what only this edit changed stays its own.
 * @param mine fields that both changed, and that are to be as this edit wants them
 */
export function rebased(begun: NatsConfig, now: NatsConfig, wanted: NatsConfig, mine: ReadonlySet<string>): NatsConfig {
  const change = changeBetween(begun, wanted);
  const keep = threeWay(begun, now, wanted)
    .filter(({ field, by }) => by === 'me' || (by === 'both' && mine.has(field)))
    .map(({ field }) => field);
  return overlay(now, Object.fromEntries(keep.map((field) => [field, change[field] ?? null])));
}
