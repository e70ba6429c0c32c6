import { createHash } from 'node:crypto';
import {
  canonicalConfig,
  compareEcho,
  diffConfigs,
  type ChangePlan,
  type ChangeResult,
  type NatsConfig,
  type Refusal,
} from '@jetstream-console/contract';
import { ApiError } from '../../platform/errors';
import { rounded } from './exactJson';

/** The same for all configurations that mean the same; the server's own labels do not count. */
export const hashOf = (config: NatsConfig): string =>
  createHash('sha256').update(canonicalConfig(config)).digest('base64url');

export const shown = (config: NatsConfig): Record<string, unknown> => ({ ...Object(rounded(config)) });
const shownChanges = (changes: ReturnType<typeof diffConfigs>) =>
  changes.map(({ field, before, after }) => ({ field, before: rounded(before), after: rounded(after) }));

export interface Planned {
  readonly before: NatsConfig | null;
  readonly wanted: NatsConfig;
  readonly level: number;
  readonly refusals: readonly Refusal[];
  readonly effects: readonly string[];
}

export const showPlan = ({ before, wanted, level, refusals, effects }: Planned): ChangePlan => ({
  hash: before && hashOf(before),
  apiLevel: level,
  config: shown(wanted),
  diff: shownChanges(diffConfigs(before ?? {}, wanted)),
  refusals: [...refusals],
  effects: [...effects],
});

/** @throws ApiError 422 that names each field that the server would refuse, before anything is sent */
export function refuse({ refusals }: Pick<Planned, 'refusals'>, where: 'change' | 'config'): void {
  const [first] = refusals;
  if (!first) return;
  const rest = refusals.length > 1 ? ` And ${refusals.length - 1} more.` : '';
  throw new ApiError(422, 'config_refused', `Nothing was changed. ${first.field}: ${first.reason}.${rest}`, {
    errors: refusals.map(({ field, reason }) => ({ field: `body.${where}.${field}`, message: reason })),
  });
}

/** @throws ApiError 409 with both versions where the configuration is another than the one the edit was made from */
export function assertUnchanged(basedOn: string, current: NatsConfig, wanted: NatsConfig): void {
  const currentHash = hashOf(current);
  if (currentHash === basedOn) return;
  throw new ApiError(
    409,
    'config_conflict',
    'Somebody changed this configuration after you loaded it. Nothing was changed. Look at what is there now, and make your change again.',
    { conflict: { currentHash, current: shown(current), wanted: shown(wanted) } },
  );
}

/** What the server made of a request: its own words before and after, and where it did otherwise than asked. */
export function resultOf(before: NatsConfig, asked: NatsConfig, echo: NatsConfig): ChangeResult {
  const { ignored, adjusted } = compareEcho(asked, echo);
  return {
    config: shown(echo),
    hash: hashOf(echo),
    diff: shownChanges(diffConfigs(before, echo)),
    ignored: shownChanges([...ignored]),
    adjusted: shownChanges([...adjusted]),
  };
}
