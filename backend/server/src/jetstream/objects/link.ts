import { nuid } from '@nats-io/transport-node';
import type { BodyOf, ResponseOf, Routes } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { toRow, type ObjectInfo } from './info';
import { describe, originOf, present, type AtStore } from './stores';
import { openStore, publishInfo } from './upload';

/** A name that stands for something else; whoever makes one must be allowed to read that. */
export async function linkObject(
  links: Links,
  ctx: Ctx,
  at: AtStore,
  { name, description, to }: BodyOf<Routes['linkObject']>,
): Promise<ResponseOf<Routes['linkObject']>> {
  ctx.require({ resource: 'object_data', action: 'read' }, { cluster: at.clusterId, name: to.store });
  const { link } = await openStore(links, ctx, at);
  if (to.name === undefined) await originOf(link, to.store);
  else {
    const target = await present(link, to.store, to.name, ctx.signal);
    if (target.info.options?.link)
      throw new ApiError(422, 'links_to_link', `${to.name} is a link itself. Link to what it stands for.`);
  }
  const prior = await describe(link, at.store, name, ctx.signal);
  if (prior && !prior.info.deleted && !prior.info.options?.link)
    throw new ApiError(
      409,
      'object_exists',
      `There is an object ${name} already, and a link would hide its content. Nothing was made.`,
    );
  if (prior && !prior.info.deleted)
    ctx.require({ resource: 'object_data', action: 'update' }, { cluster: at.clusterId, name: at.store });
  const info: ObjectInfo = {
    name,
    ...(description !== undefined && { description }),
    options: { link: { bucket: to.store, ...(to.name !== undefined && { name: to.name }) } },
    nuid: nuid.next(),
    size: 0,
    chunks: 0,
  };
  ctx.changed(prior?.info.options?.link ?? null, { name, to });
  const seq = await publishInfo(link, at.store, info, prior);
  return { object: toRow(info, { seq, time: new Date().toISOString() }) };
}
