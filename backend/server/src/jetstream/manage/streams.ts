import {
  requiredLevel,
  streamTemplates,
  type BodyOf,
  type ChangePlan,
  type ChangeResult,
  type ConfigView,
  type NatsConfig,
  type Routes,
} from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../../clusters/link';
import type { Ctx } from '../../platform/handler';
import { parseReply } from '../api';
import { apiLevel, changeRequest, readCurrent } from './exactApi';
import { fixedStreamFields } from './fixedFields';
import { requireFlows } from './flows';
import { assertConfirmed, requireStream } from './guarded';
import { assertUnchanged, hashOf, refuse, resultOf, showPlan, shown, type Planned } from './plan';
import { around, loadStream, planNew, planUpdate } from './streamPlan';

export interface At {
  readonly clusterId: string;
  readonly stream: string;
}

const configReply = z.looseObject({ config: z.record(z.string(), z.unknown()) });

/** Sends a whole configuration, with the guards that this server knows. @returns what the server says it set */
async function send(
  link: Link,
  verb: 'CREATE' | 'UPDATE',
  { wanted, level }: Pick<Planned, 'wanted' | 'level'>,
  pedantic: boolean,
): Promise<NatsConfig> {
  const name = `STREAM.${verb}.${String(wanted['name'])}`;
  const body = { ...wanted, ...(level > 0 && pedantic && { pedantic: true }) };
  const reply = await changeRequest(link, name, body, { requiredLevel: requiredLevel('stream', wanted) });
  return parseReply(configReply, reply, name).config;
}

export async function getStreamConfig(links: Links, ctx: Ctx, { clusterId, stream }: At): Promise<ConfigView> {
  const loaded = await loadStream(await links.open(ctx, clusterId), stream, ctx.signal);
  const { config } = loaded.current;
  return {
    config: shown(config),
    hash: hashOf(config),
    apiLevel: loaded.level,
    fixed: fixedStreamFields(config, around(loaded, false)),
  };
}

export async function listTemplates(links: Links, ctx: Ctx, clusterId: string) {
  const level = await apiLevel(await links.open(ctx, clusterId));
  const items = streamTemplates(level).map((template) => ({ ...template, config: { ...template.config } }));
  return { apiLevel: level, items };
}

export async function planStream(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  { config, pedantic }: BodyOf<Routes['planStream']>,
): Promise<ChangePlan> {
  requireStream(ctx, clusterId, config.name, 'create');
  requireFlows(ctx, clusterId, {}, config);
  return showPlan(await planNew(await links.open(ctx, clusterId), config, pedantic, ctx.signal));
}

export async function createStream(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  { config, pedantic }: { config: NatsConfig; pedantic: boolean },
): Promise<ChangeResult> {
  requireStream(ctx, clusterId, String(config['name']), 'create');
  requireFlows(ctx, clusterId, {}, config);
  const link = await links.open(ctx, clusterId);
  const planned = await planNew(link, config, pedantic, ctx.signal);
  ctx.changed(null, shown(planned.wanted));
  refuse(planned, 'config');
  const made = await send(link, 'CREATE', planned, pedantic);
  ctx.changed(null, shown(made));
  return resultOf({}, planned.wanted, made);
}

export async function planStreamUpdate(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  { change, pedantic }: BodyOf<Routes['planStreamUpdate']>,
): Promise<ChangePlan> {
  requireStream(ctx, clusterId, stream, 'update');
  const loaded = await loadStream(await links.open(ctx, clusterId), stream, ctx.signal);
  return showPlan(await planUpdate(loaded, change, pedantic, ctx.signal));
}

export async function updateStream(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  { basedOn, change, pedantic }: { basedOn: string; change: NatsConfig; pedantic: boolean },
): Promise<ChangeResult> {
  requireStream(ctx, clusterId, stream, 'update');
  const link = await links.open(ctx, clusterId);
  const planned = await planUpdate(await loadStream(link, stream, ctx.signal), change, pedantic, ctx.signal);
  const before = planned.before ?? {};
  requireFlows(ctx, clusterId, before, planned.wanted);
  ctx.changed(shown(before), shown(planned.wanted));
  assertUnchanged(basedOn, before, planned.wanted);
  refuse(planned, 'change');
  const made = await send(link, 'UPDATE', planned, pedantic);
  ctx.changed(shown(before), shown(made));
  return resultOf(before, planned.wanted, made);
}

export async function cloneStream(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  { name, change, pedantic }: BodyOf<Routes['cloneStream']>,
): Promise<ChangeResult> {
  const { config } = await readCurrent(await links.open(ctx, clusterId), 'stream', stream, ctx.signal);
  // A sealed stream cannot be made, only sealed: the copy is one that can still be filled.
  const { sealed: _sealed, ...copied } = config;
  return createStream(links, ctx, clusterId, { config: { ...copied, ...change, name }, pedantic });
}

const messagesOf = z.object({ messages: z.coerce.number() });

export async function deleteStream(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  { confirm }: BodyOf<Routes['deleteStream']>,
) {
  requireStream(ctx, clusterId, stream, 'delete');
  assertConfirmed(confirm, stream);
  const link = await links.open(ctx, clusterId);
  const { config, reply } = await readCurrent(link, 'stream', stream, ctx.signal);
  const { messages } = parseReply(messagesOf, reply.state, 'STREAM.INFO');
  ctx.changed(shown(config), null);
  await changeRequest(link, `STREAM.DELETE.${stream}`, undefined);
  return { deleted: true as const, config: shown(config), messages };
}
