import {
  consumerEffects,
  consumerRules,
  overlay,
  refusalsToMake,
  refusalsToUpdate,
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
import { invalid } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { parseReply } from '../api';
import { apiLevel, changeRequest, readCurrent, readIfThere, type Current } from './exactApi';
import { fixedConsumerFields } from './fixedFields';
import { assertConfirmed, mayReadAll } from './guarded';
import { assertUnchanged, hashOf, refuse, resultOf, showPlan, shown, type Planned } from './plan';
import type { At as AtStream } from './streams';

export interface At extends AtStream {
  readonly consumer: string;
}
export const pathOf = ({ stream, consumer }: Pick<At, 'stream' | 'consumer'>) => `${stream}.${consumer}`;

const configReply = z.looseObject({ config: z.record(z.string(), z.unknown()) });
const boundReply = z.object({ push_bound: z.boolean().optional() });

/** A push consumer sends messages to a subject: who says which must be allowed to read them. @throws ApiError 403 */
function requireDelivery(ctx: Ctx, { clusterId, stream }: AtStream, before: NatsConfig, wanted: NatsConfig): void {
  const subject = wanted['deliver_subject'];
  if (subject !== undefined && subject !== '' && subject !== before['deliver_subject'])
    mayReadAll(ctx, clusterId, stream);
}

async function send(
  link: Link,
  stream: string,
  { wanted, level }: Pick<Planned, 'wanted' | 'level'>,
  action: 'create' | 'update',
  pedantic: boolean,
): Promise<NatsConfig> {
  const name = `CONSUMER.CREATE.${stream}.${nameOf(wanted)}`;
  const body = { stream_name: stream, config: wanted, action, ...(level > 0 && pedantic && { pedantic: true }) };
  const reply = await changeRequest(link, name, body, { requiredLevel: requiredLevel('consumer', wanted) });
  return parseReply(configReply, reply, name).config;
}

/** A durable consumer carries its name twice. @throws ApiError 400 where neither is given, or the two differ */
function nameOf({ name, durable_name }: NatsConfig): string {
  const one = name ?? durable_name;
  if (typeof one !== 'string') throw invalid('body.config.name', 'say a name');
  if (durable_name !== undefined && durable_name !== one)
    throw invalid('body.config.durable_name', 'is the name of a durable consumer: give the same twice, or one');
  return one;
}

interface Loaded {
  readonly current: Current;
  readonly around: Omit<Surroundings, 'pedantic'>;
}

async function streamAround(link: Link, stream: string, signal: AbortSignal): Promise<Omit<Surroundings, 'pedantic'>> {
  const [{ config, reply }, level] = await Promise.all([readCurrent(link, 'stream', stream, signal), apiLevel(link)]);
  return { level, clustered: reply.cluster !== undefined, stream: config };
}

async function load(link: Link, at: At, signal: AbortSignal): Promise<Loaded> {
  const [around, current] = await Promise.all([
    streamAround(link, at.stream, signal),
    readCurrent(link, 'consumer', pathOf(at), signal),
  ]);
  const { push_bound } = parseReply(boundReply, current.reply, 'CONSUMER.INFO');
  return { current, around: { ...around, bound: push_bound ?? false } };
}

async function planNew(
  link: Link,
  stream: string,
  { config, pedantic }: BodyOf<Routes['createConsumer']>,
  signal: AbortSignal,
): Promise<Planned> {
  const name = nameOf(config);
  const wanted = overlay({ ...config, name }, {});
  const [around, there] = await Promise.all([
    streamAround(link, stream, signal),
    readIfThere(link, 'consumer', `${stream}.${name}`, signal),
  ]);
  return {
    before: null,
    wanted,
    level: around.level,
    refusals: [
      ...(there ? [{ field: 'name', reason: `there is a consumer ${name} already` }] : []),
      ...refusalsToMake(consumerRules, wanted, { ...around, pedantic }),
    ],
    effects: [],
  };
}

function planUpdate({ current, around }: Loaded, change: NatsConfig, pedantic: boolean): Planned {
  const before = current.config;
  const wanted = overlay(before, change);
  return {
    before,
    wanted,
    level: around.level,
    refusals: refusalsToUpdate(consumerRules, before, wanted, { ...around, pedantic }),
    effects: consumerEffects(before, wanted),
  };
}

export async function planConsumer(
  links: Links,
  ctx: Ctx,
  at: AtStream,
  body: BodyOf<Routes['planConsumer']>,
): Promise<ChangePlan> {
  requireDelivery(ctx, at, {}, body.config);
  return showPlan(await planNew(await links.open(ctx, at.clusterId), at.stream, body, ctx.signal));
}

export async function createConsumer(
  links: Links,
  ctx: Ctx,
  at: AtStream,
  body: BodyOf<Routes['createConsumer']>,
): Promise<ChangeResult> {
  requireDelivery(ctx, at, {}, body.config);
  const link = await links.open(ctx, at.clusterId);
  const planned = await planNew(link, at.stream, body, ctx.signal);
  ctx.changed(null, shown(planned.wanted));
  refuse(planned, 'config');
  const made = await send(link, at.stream, planned, 'create', body.pedantic);
  ctx.changed(null, shown(made));
  return resultOf({}, planned.wanted, made);
}

export async function getConsumerConfig(links: Links, ctx: Ctx, at: At): Promise<ConfigView> {
  const { current, around } = await load(await links.open(ctx, at.clusterId), at, ctx.signal);
  return {
    config: shown(current.config),
    hash: hashOf(current.config),
    apiLevel: around.level,
    fixed: fixedConsumerFields(current.config, { ...around, pedantic: false }),
  };
}

export async function planConsumerUpdate(
  links: Links,
  ctx: Ctx,
  at: At,
  { change, pedantic }: BodyOf<Routes['planConsumerUpdate']>,
): Promise<ChangePlan> {
  return showPlan(planUpdate(await load(await links.open(ctx, at.clusterId), at, ctx.signal), change, pedantic));
}

export async function updateConsumer(
  links: Links,
  ctx: Ctx,
  at: At,
  { basedOn, change, pedantic }: BodyOf<Routes['updateConsumer']>,
): Promise<ChangeResult> {
  const link = await links.open(ctx, at.clusterId);
  const planned = planUpdate(await load(link, at, ctx.signal), change, pedantic);
  const before = planned.before ?? {};
  requireDelivery(ctx, at, before, planned.wanted);
  ctx.changed(shown(before), shown(planned.wanted));
  assertUnchanged(basedOn, before, planned.wanted);
  refuse(planned, 'change');
  const made = await send(link, at.stream, planned, 'update', pedantic);
  ctx.changed(shown(before), shown(made));
  return resultOf(before, planned.wanted, made);
}

export async function deleteConsumer(links: Links, ctx: Ctx, at: At, { confirm }: BodyOf<Routes['deleteConsumer']>) {
  assertConfirmed(confirm, at.consumer);
  const link = await links.open(ctx, at.clusterId);
  const { config } = await readCurrent(link, 'consumer', pathOf(at), ctx.signal);
  ctx.changed(shown(config), null);
  await changeRequest(link, `CONSUMER.DELETE.${pathOf(at)}`, undefined);
  return { deleted: true as const, config: shown(config) };
}
