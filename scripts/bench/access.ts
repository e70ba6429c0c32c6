import { performance } from 'node:perf_hooks';
import { apiBase, builtInRoles, decide, grantsOf, routes, urlOf, type Grant } from '@jetstream-console/contract';
import { ms, quantile, report, timeByTurns } from './report';
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

/** Milliseconds of each stage of one request, as the api tells in `Server-Timing`. */
function stagesOf(answer: Response): ReadonlyMap<string, number> {
  const stages = (answer.headers.get('server-timing') ?? '').matchAll(/(\w+);dur=([\d.]+)/g);
  return new Map([...stages].map(([, stage = '', spent]) => [stage, Number(spent)]));
}

/**
 * What identity, decision, limits and audit cost together. A read is held against the same HTTP server's answer without
 * any of them. An act has work of its own, so what it costs beyond that is what the api itself tells of its stages.
 */
export async function benchPipeline({ apiUrl, call, token, organizationId }: World): Promise<void> {
  const { name } = await call(routes.getOrganization, { params: { organizationId } });
  const rename = routes.updateOrganization;
  const acted: number[] = [];
  const times = await timeByTurns(
    500,
    {
      http: async () => (await fetch(`${apiUrl}/health/live`)).json(),
      read: () => call(routes.listPermissions),
      audited: async (round) => {
        const answer = await fetch(`${apiUrl}${apiBase}${urlOf(rename, { organizationId }, {})}`, {
          method: rename.method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ name }),
        });
        rename.response.parse(await answer.json());
        const stages = stagesOf(answer);
        const [access, audit] = [stages.get('access'), stages.get('audit')];
        if (access === undefined || audit === undefined) throw new Error('the api does not tell its stages');
        if (round >= 0) acted.push(access + audit);
      },
    },
    1500,
  );
  const bound = (over: number) => ({ text: '1.5 ms', kept: over <= 1.5 });
  const over = times.read.p50 - times.http.p50;
  report({
    what: 'identity, limits and decision of a request',
    ours: `${ms(over)} p50 over a bare answer`,
    raw: ms(times.http.p50),
    bound: bound(over),
  });
  const whole = quantile(
    acted.sort((a, b) => a - b),
    0.5,
  );
  report({ what: 'the same with audit, of an act', ours: `${ms(whole)} p50`, bound: bound(whole) });
  report({ what: 'that act from the client', ours: `${ms(times.audited.p50)} p50` });
}
