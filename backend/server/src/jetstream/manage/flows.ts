import { sameSetting, type NatsConfig } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Ctx } from '../../platform/handler';
import { mayReadAll } from './guarded';

const source = z.looseObject({ name: z.string() });
const origins = z.looseObject({ mirror: source.optional(), sources: z.array(source).optional() });
const namesOf = (config: NatsConfig): string[] => {
  const { mirror, sources = [] } = origins.parse(config);
  return [...(mirror ? [mirror] : []), ...sources].map(({ name }) => name);
};

/**
 * A stream that copies another one shows its messages under another name, and republishing shows its own to whoever
 * subscribes: who sets up such a flow must be allowed to read what flows. What flowed before is not asked about again.
 * @throws ApiError 403
 */
export function requireFlows(ctx: Ctx, cluster: string, before: NatsConfig, wanted: NatsConfig): void {
  const copied = new Set(
    sameSetting('mirror', before['mirror'], wanted['mirror']) &&
      sameSetting('sources', before['sources'], wanted['sources'])
      ? []
      : namesOf(wanted),
  );
  for (const name of copied) mayReadAll(ctx, cluster, name);
  if (wanted['republish'] !== undefined && !sameSetting('republish', before['republish'], wanted['republish']))
    mayReadAll(ctx, cluster, String(wanted['name']));
}
