import {
  overlay,
  refusalsToUpdate,
  streamRules,
  streamFields,
  requiredLevel,
  type BodyOf,
  type ChangePlan,
  type ChangeResult,
  type ConfigView,
  type NatsConfig,
  type Routes,
  type Surroundings,
} from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../../clusters/link';
import type { Ctx } from '../../platform/handler';
import { parseReply } from '../api';
import { apiLevel, changeRequest, readCurrent, type Current } from './exactApi';
import { requireStream } from './guarded';
import { assertUnchanged, hashOf, refuse, resultOf, showPlan, shown, type Planned } from './plan';

export interface At {
  readonly clusterId: string;
  readonly stream: string;
}

const configReply = z.looseObject({ config: z.record(z.string(), z.unknown()) });

const aroundOf = (level: number, { reply }: Pick<Current, 'reply'>, pedantic: boolean): Surroundings => ({
  level,
  clustered: reply.cluster !== undefined,
  pedantic,
});

async function load(link: Link, stream: string, signal: AbortSignal): Promise<{ current: Current; level: number }> {
  const [current, level] = await Promise.all([readCurrent(link, 'stream', stream, signal), apiLevel(link)]);
  return { current, level };
}

/** Another value of the kind, to ask the rules whether a field can be changed at all. */
const otherValues: Readonly<Record<string, readonly unknown[]>> = {
  storage: ['file', 'memory'],
  retention: ['limits', 'interest', 'workqueue'],
  persist_mode: ['default', 'async'],
  mirror: [null, { name: 'another' }],
  max_consumers: [-1, 1],
};

/** Fields of which no other value would be taken, each with the reason for the first that was tried. */
function fixedFields(config: NatsConfig, around: Surroundings): ConfigView['fixed'] {
  return Object.keys(streamFields).flatMap((field) => {
    if (field === 'name') return [{ field, reason: 'a stream keeps its name; make a copy under another one' }];
    const values = otherValues[field] ?? [config[field] !== true];
    const reasons = values
      .map((value) => overlay(config, { [field]: value }))
      .filter((wanted) => JSON.stringify(shown(wanted)) !== JSON.stringify(shown(overlay(config, {}))))
      .map(
        (wanted) =>
          refusalsToUpdate(streamRules, config, wanted, around).find((refusal) => refusal.field === field)?.reason,
      );
    const [first] = reasons;
    return first !== undefined && !reasons.includes(undefined) ? [{ field, reason: first }] : [];
  });
}

export async function getStreamConfig(links: Links, ctx: Ctx, { clusterId, stream }: At): Promise<ConfigView> {
  const { current, level } = await load(await links.open(ctx, clusterId), stream, ctx.signal);
  return {
    config: shown(current.config),
    hash: hashOf(current.config),
    apiLevel: level,
    fixed: fixedFields(current.config, aroundOf(level, current, false)),
  };
}

function plan(
  { current, level }: { current: Current; level: number },
  { change, pedantic }: Pick<BodyOf<Routes['updateStream']>, 'change' | 'pedantic'>,
): Planned {
  const before = current.config;
  const wanted = overlay(before, change);
  const refusals = refusalsToUpdate(streamRules, before, wanted, aroundOf(level, current, pedantic));
  return { before, wanted, level, refusals, effects: [] };
}

export async function planStreamUpdate(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  body: BodyOf<Routes['planStreamUpdate']>,
): Promise<ChangePlan> {
  requireStream(ctx, clusterId, stream, 'update');
  return showPlan(plan(await load(await links.open(ctx, clusterId), stream, ctx.signal), body));
}

export async function updateStream(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  { basedOn, ...body }: BodyOf<Routes['updateStream']>,
): Promise<ChangeResult> {
  requireStream(ctx, clusterId, stream, 'update');
  const link = await links.open(ctx, clusterId);
  const planned = plan(await load(link, stream, ctx.signal), body);
  const before = planned.before ?? {};
  ctx.changed(shown(before), shown(planned.wanted));
  assertUnchanged(basedOn, before, planned.wanted);
  refuse(planned, 'change');
  const reply = parseReply(
    configReply,
    await changeRequest(
      link,
      `STREAM.UPDATE.${stream}`,
      { ...planned.wanted, ...(planned.level > 0 && body.pedantic && { pedantic: true }) },
      { requiredLevel: requiredLevel('stream', planned.wanted) },
    ),
    'STREAM.UPDATE',
  );
  ctx.changed(shown(before), shown(reply.config));
  return resultOf(before, planned.wanted, reply.config);
}
