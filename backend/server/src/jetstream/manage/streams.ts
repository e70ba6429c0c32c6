import {
  requiredLevel,
  streamTemplates,
  type BodyOf,
  type ChangePlan,
  type ChangeResult,
  type ConfigView,
  type NatsConfig,
  type Refusal,
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

/** What besides the server's own rules speaks against a configuration: a bucket has to stay one. */
export type MoreRules = (wanted: NatsConfig, before: NatsConfig | null) => readonly Refusal[];
const noMore: MoreRules = () => [];
const under = (more: MoreRules, planned: Planned): Planned => ({
  ...planned,
  refusals: [...more(planned.wanted, planned.before), ...planned.refusals],
});

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

type New = { readonly config: NatsConfig; readonly pedantic: boolean };
type Edit = { readonly change: NatsConfig; readonly pedantic: boolean };

/** For whoever was asked whether they may make it. */
export async function planFresh(links: Links, ctx: Ctx, clusterId: string, { config, pedantic }: New, more = noMore) {
  requireFlows(ctx, clusterId, {}, config);
  return showPlan(under(more, await planNew(await links.open(ctx, clusterId), config, pedantic, ctx.signal)));
}

/** The same. */
export async function makeFresh(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  { config, pedantic }: New,
  more = noMore,
): Promise<ChangeResult> {
  requireFlows(ctx, clusterId, {}, config);
  const link = await links.open(ctx, clusterId);
  const planned = under(more, await planNew(link, config, pedantic, ctx.signal));
  ctx.changed(null, shown(planned.wanted));
  refuse(planned, 'config');
  const made = await send(link, 'CREATE', planned, pedantic);
  ctx.changed(null, shown(made));
  return resultOf({}, planned.wanted, made);
}

export async function planStream(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  body: BodyOf<Routes['planStream']>,
): Promise<ChangePlan> {
  requireStream(ctx, clusterId, body.config.name, 'create');
  return planFresh(links, ctx, clusterId, body);
}

export async function createStream(links: Links, ctx: Ctx, clusterId: string, body: New): Promise<ChangeResult> {
  requireStream(ctx, clusterId, String(body.config['name']), 'create');
  return makeFresh(links, ctx, clusterId, body);
}

/** For whoever was asked whether they may change it. */
export async function planEdit(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  { change, pedantic }: Edit,
  more = noMore,
): Promise<ChangePlan> {
  const loaded = await loadStream(await links.open(ctx, clusterId), stream, ctx.signal);
  return showPlan(under(more, await planUpdate(loaded, change, pedantic, ctx.signal)));
}

/** The same. */
export async function makeEdit(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
  { basedOn, change, pedantic }: Edit & { readonly basedOn: string },
  more = noMore,
): Promise<ChangeResult> {
  const link = await links.open(ctx, clusterId);
  const loaded = await loadStream(link, stream, ctx.signal);
  const planned = under(more, await planUpdate(loaded, change, pedantic, ctx.signal));
  const before = planned.before ?? {};
  requireFlows(ctx, clusterId, before, planned.wanted);
  ctx.changed(shown(before), shown(planned.wanted));
  assertUnchanged(basedOn, before, planned.wanted);
  refuse(planned, 'change');
  const made = await send(link, 'UPDATE', planned, pedantic);
  ctx.changed(shown(before), shown(made));
  return resultOf(before, planned.wanted, made);
}

export async function planStreamUpdate(
  links: Links,
  ctx: Ctx,
  at: At,
  body: BodyOf<Routes['planStreamUpdate']>,
): Promise<ChangePlan> {
  requireStream(ctx, at.clusterId, at.stream, 'update');
  return planEdit(links, ctx, at, body);
}

export async function updateStream(
  links: Links,
  ctx: Ctx,
  at: At,
  body: Edit & { readonly basedOn: string },
): Promise<ChangeResult> {
  requireStream(ctx, at.clusterId, at.stream, 'update');
  return makeEdit(links, ctx, at, body);
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

/** For whoever was asked whether they may delete it, and has confirmed it. */
export async function removeStream(links: Links, ctx: Ctx, { clusterId, stream }: At) {
  const link = await links.open(ctx, clusterId);
  const { config, reply } = await readCurrent(link, 'stream', stream, ctx.signal);
  const { messages } = parseReply(messagesOf, reply.state, 'STREAM.INFO');
  ctx.changed(shown(config), null);
  await changeRequest(link, `STREAM.DELETE.${stream}`, undefined);
  return { deleted: true as const, config: shown(config), messages };
}

export async function deleteStream(links: Links, ctx: Ctx, at: At, { confirm }: BodyOf<Routes['deleteStream']>) {
  requireStream(ctx, at.clusterId, at.stream, 'delete');
  assertConfirmed(confirm, at.stream);
  return removeStream(links, ctx, at);
}
