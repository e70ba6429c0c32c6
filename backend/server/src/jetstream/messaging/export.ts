import type { QueryOf, Routes } from '@jetstream-console/contract';
import { attachment } from '../../platform/attachment';
import { Raw, type Ctx } from '../../platform/handler';
import type { At } from '../manage/streams';
import type { Readers } from '../messages';
import { formatted, messageFormats } from './exportFormats';
import { messageGate } from './rights';
import { select, selectionTold } from './selection';

export async function exportMessages(
  { links, types }: Readers,
  ctx: Ctx,
  { clusterId, stream }: At,
  { as, ...range }: QueryOf<Routes['exportMessages']>,
): Promise<Raw> {
  const link = await links.open(ctx, clusterId);
  const visible = messageGate(ctx, ['read', 'export'], clusterId, stream);
  const typeOf = await types.ofStream(ctx, clusterId, stream);
  const selection = await select(link, stream, range, visible, typeOf, ctx.signal);
  const { from, to, facts } = selection;
  const asked = { as, ...selectionTold(range), from, to: to - 1, lastSeq: facts.lastSeq };
  ctx.changed(null, asked);
  const format = messageFormats[as];
  let messages = 0;
  const parts = formatted(format, selection.windows(), (more) => {
    messages += more;
  });
  return new Raw(format.type, parts, {
    headers: { 'content-disposition': attachment(`${stream}.${as}`), 'x-content-type-options': 'nosniff' },
    account: (sent) => ctx.changed(null, { ...asked, sent: { messages, ...sent } }),
  });
}
