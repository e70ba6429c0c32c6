import { consumerFields, streamFields, type NatsConfig } from './jetstreamConfig';
import { levelRefusal, strictLevel, type AssetKind } from './jetstreamLevels';
import { sameSetting } from './jetstreamOverlay';

/** Why a setting will not be taken, said before anything is sent. */
export interface Refusal {
  readonly field: string;
  readonly reason: string;
}

/** What decides about a setting besides the configuration itself. */
export interface Surroundings {
  /** JetStream api level of the server */
  readonly level: number;
  /** more than one server, as far as its answers show */
  readonly clustered: boolean;
  /** the server is asked to refuse rather than adjust */
  readonly pedantic: boolean;
  /** the stream that a consumer reads */
  readonly stream?: NatsConfig;
  /** somebody subscribes to a push consumer's deliver subject */
  readonly bound?: boolean;
}

/** A rule over one configuration, or over the old and the new one. */
export interface Rule {
  readonly field: string;
  readonly reason: string;
  /** from this api level on */
  readonly from?: number;
  /** up to and with this api level */
  readonly until?: number;
  /** elsewhere than in pedantic mode the server sets what is missing by itself */
  readonly pedantic?: true;
  readonly refuses: (now: NatsConfig, before: NatsConfig, around: Surroundings) => boolean;
}

export const isOn = (config: NatsConfig, field: string): boolean => config[field] === true;
export const numberOf = (config: NatsConfig, field: string): number => {
  const value = config[field];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
};
export const listOf = (config: NatsConfig, field: string): readonly unknown[] => {
  const value = config[field];
  return Array.isArray(value) ? value : [];
};
export const textOf = (config: NatsConfig, field: string): string => {
  const value = config[field];
  return typeof value === 'string' ? value : '';
};

/** A rule that holds a field to what it was. */
export const fixed = (field: string, reason: string, rest: Pick<Rule, 'from' | 'until'> = {}): Rule => ({
  field,
  reason,
  ...rest,
  refuses: (now, before) => !sameSetting(field, now[field], before[field]),
});

export const applyRules = (
  rules: readonly Rule[],
  now: NatsConfig,
  before: NatsConfig,
  around: Surroundings,
): Refusal[] =>
  rules
    .filter(({ from = 0, until = Number.MAX_SAFE_INTEGER }) => around.level >= from && around.level <= until)
    .filter((rule) => (around.pedantic || !rule.pedantic) && rule.refuses(now, before, around))
    .map(({ field, reason }) => ({ field, reason }));

/** Fields that this server's level does not have. A field that nobody here knows is left to a server that says so itself. */
export function levelRefusals(
  kind: AssetKind,
  wanted: NatsConfig,
  fields: readonly string[],
  level: number,
): Refusal[] {
  const known: Readonly<Record<string, unknown>> = kind === 'stream' ? streamFields : consumerFields;
  return fields.flatMap((field) => {
    if (wanted[field] === undefined || wanted[field] === null) return [];
    const reason =
      field in known
        ? levelRefusal(kind, field, wanted[field], level)
        : level < strictLevel
          ? 'no server of this release knows such a field, and it would drop it in silence'
          : null;
    return reason === null ? [] : [{ field, reason }];
  });
}

/** The two kinds of rules over one kind of asset. */
export interface RuleBook {
  readonly kind: AssetKind;
  /** what none may be, whatever it was before */
  readonly config: readonly Rule[];
  /** what an update may not do */
  readonly update: readonly Rule[];
}

const once = (refusals: readonly Refusal[]) =>
  refusals.filter(({ field, reason }, i) => refusals.findIndex((r) => r.field === field && r.reason === reason) === i);

/** Why a server would refuse to make this. Empty where nothing is known against it. */
export const refusalsToMake = (book: RuleBook, wanted: NatsConfig, around: Surroundings): Refusal[] =>
  once([
    ...levelRefusals(book.kind, wanted, Object.keys(wanted), around.level),
    ...applyRules(book.config, wanted, {}, around),
  ]);

/** Why a server would refuse to turn one configuration into the other. What was so before is not held against the change. */
export function refusalsToUpdate(
  book: RuleBook,
  before: NatsConfig,
  wanted: NatsConfig,
  around: Surroundings,
): Refusal[] {
  const changed = Object.keys(wanted).filter((field) => !sameSetting(field, wanted[field], before[field]));
  const standing = applyRules(book.config, before, {}, around);
  return once([
    ...levelRefusals(book.kind, wanted, changed, around.level),
    ...applyRules(book.update, wanted, before, around),
    ...applyRules(book.config, wanted, before, around).filter(
      ({ field, reason }) => !standing.some((old) => old.field === field && old.reason === reason),
    ),
  ]);
}
