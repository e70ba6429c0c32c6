import type { QueryOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Ctx } from '../../platform/handler';
import type { Links } from '../link';
import { askServers, systemLink } from './ask';

/** Of one server: a cluster that is down has thousands, and the first tell as much. */
const problemsShown = 100;

const text = z.string().optional();
const healthz = z.object({
  status: z.string(),
  error: text,
  errors: z
    .array(z.object({ type: z.string().default(''), account: text, stream: text, consumer: text, error: z.string() }))
    .nullish(),
});

/** HEALTHZ of every server, by the system account. */
export async function checkServers(
  links: Links,
  ctx: Ctx,
  clusterId: string,
  { serverOnly, ...of }: QueryOf<Routes['checkServers']>,
) {
  const link = await systemLink(links, ctx, clusterId);
  const askedAt = new Date().toISOString();
  const body = { details: true, ...(serverOnly && { 'js-server-only': true }), ...of };
  const told = await askServers(link, '$SYS.REQ.SERVER.PING.HEALTHZ', body, healthz, ctx.signal);
  const items = told.map(({ server, data }) => {
    const said = data.errors ?? (data.error === undefined ? [] : [{ type: 'SERVER', error: data.error }]);
    return {
      server: { id: server.id, name: server.name, version: server.ver },
      ok: data.status === 'ok',
      status: data.status,
      problems: said.slice(0, problemsShown).map((problem) => ({
        account: null,
        stream: null,
        consumer: null,
        ...problem,
      })),
      problemCount: said.length,
    };
  });
  return { items: items.sort((a, b) => a.server.name.localeCompare(b.server.name)), askedAt };
}
