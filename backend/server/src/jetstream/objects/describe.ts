import type { BodyOf, ResponseOf, Routes } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { toRow, type ObjectInfo } from './info';
import { present, type AtStore } from './stores';
import { openStore, publishInfo } from './upload';

const said = ({ description, metadata, headers }: ObjectInfo) => ({
  description: description ?? '',
  metadata: metadata ?? {},
  headers: headers ?? {},
});

/** What is said of an object, apart from its content. What other clients wrote there besides stays as it is. */
export async function describeObject(
  links: Links,
  ctx: Ctx,
  at: AtStore,
  { name, basedOn, description, metadata, headers }: BodyOf<Routes['describeObject']>,
): Promise<ResponseOf<Routes['describeObject']>> {
  const { link } = await openStore(links, ctx, at);
  const found = await present(link, at.store, name, ctx.signal);
  if (found.stored.seq !== basedOn)
    throw new ApiError(
      409,
      'object_conflict',
      `Somebody else wrote ${name} meanwhile (revision ${found.stored.seq}, and you saw ${basedOn}). Nothing of yours was kept: look at what is there now.`,
    );
  const was = said(found.info);
  const next = {
    description: description ?? was.description,
    metadata: metadata ?? was.metadata,
    headers: headers ?? was.headers,
  };
  const { description: _description, metadata: _metadata, headers: _headers, ...rest } = found.info;
  const info: ObjectInfo = {
    ...rest,
    ...(next.description !== '' && { description: next.description }),
    ...(Object.keys(next.metadata).length > 0 && { metadata: next.metadata }),
    ...(Object.keys(next.headers).length > 0 && { headers: next.headers }),
  };
  ctx.changed({ name, ...was }, { name, ...next });
  const seq = await publishInfo(link, at.store, info, found);
  return { object: toRow(info, { seq, time: new Date().toISOString() }) };
}
