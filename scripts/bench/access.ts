import { performance } from 'node:perf_hooks';
import { builtInRoles, decide, grantsOf, routes, type Grant } from '@jetstream-console/contract';
import { ms, report, timeByTurns } from './report';
import type { World } from './world';

/** Fifty scoped roles: more than a person holds, and the question matches none of them, so all are looked at. */
function manyGrants(): Grant[] {
  return Array.from({ length: 50 }, (_, n) =>
    grantsOf('editor', builtInRoles.editor.permissions, {
      kind: 'cluster',
      clusterId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      namePattern: `TEAM${n}_*`,
      subjectPattern: `team${n}.>`,
    }),
  ).flat();
}

export function benchDecision(): void {
  const grants = manyGrants();
  const question = {
    resource: 'messages',
    action: 'read',
    target: { cluster: '00000000-0000-4000-8000-000000000049', name: 'TEAM4_ORDERS', subject: 'team4.orders.created' },
  } as const;
  const rounds = 20_000;
  let allowed = 0;
  for (let n = 0; n < 2000; n++) decide(grants, question, 'someone');
  const started = performance.now();
  for (let n = 0; n < rounds; n++) if (decide(grants, question, 'someone').allowed) allowed++;
  const each = ((performance.now() - started) / rounds) * 1000;
  report({
    what: `decision over ${grants.length} grants (${allowed} allowed)`,
    ours: `${each.toFixed(2)} µs`,
    bound: { text: '50 µs', kept: each < 50 },
  });
}

/**
 * What identity, decision, limits and audit cost together. The bare side passes the same HTTP server and none of them;
 * the audited act renames the organization to what it is called, so its own single write is inside the figure too.
 */
export async function benchPipeline({ apiUrl, call, organizationId }: World): Promise<void> {
  const params = { organizationId };
  const { name } = await call(routes.getOrganization, { params });
  const times = await timeByTurns(500, {
    bare: async () => (await fetch(`${apiUrl}/health/live`)).json(),
    read: () => call(routes.listPermissions),
    audited: () => call(routes.updateOrganization, { params, body: { name } }),
  });
  const read = times.read.p50 - times.bare.p50;
  const audited = times.audited.p50 - times.bare.p50;
  const bound = (cost: number) => ({ text: '1.5 ms', kept: cost <= 1.5 });
  report({
    what: 'identity, limits and decision of a request',
    ours: `${ms(read)} p50 over the bare HTTP server`,
    raw: ms(times.bare.p50),
    bound: bound(read),
  });
  report({
    what: 'the same with audit, and the write of the act itself',
    ours: `${ms(audited)} p50 over the bare HTTP server`,
    raw: ms(times.bare.p50),
    bound: bound(audited),
  });
}
