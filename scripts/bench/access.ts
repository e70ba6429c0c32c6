import { performance } from 'node:perf_hooks';
import { builtInRoles, decide, grantsOf, routes, type Grant } from '@jetstream-console/contract';
import pg from 'pg';
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

/** The statements of the audited act as a bare client sends them, in the one transaction that the act has. */
async function openAct(url: string, organizationId: string, name: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    run: async () => {
      await client.query(`begin; select set_config('app.org', '${organizationId}', true)`);
      await client.query('select id, name, created_at from organizations where id = $1', [organizationId]);
      await client.query('update organizations set name = $2 where id = $1 returning id, name, created_at', [
        organizationId,
        name,
      ]);
      await client.query('commit');
    },
    close: () => client.end(),
  };
}

/**
 * What identity, decision, limits and audit cost together. The bare side of a read passes the same HTTP server and none
 * of them; that of an audited act has the act's own transaction too, which a bare client times in the same rounds.
 */
export async function benchPipeline({ apiUrl, call, engines, organizationId }: World): Promise<void> {
  const params = { organizationId };
  const { name } = await call(routes.getOrganization, { params });
  const act = await openAct(engines.databaseUrl, organizationId, name);
  try {
    const times = await timeByTurns(
      500,
      {
        http: async () => (await fetch(`${apiUrl}/health/live`)).json(),
        act: act.run,
        read: () => call(routes.listPermissions),
        audited: () => call(routes.updateOrganization, { params, body: { name } }),
      },
      1500,
    );
    const figure = (what: string, whole: number, bare: number) =>
      report({
        what,
        ours: `${ms(whole - bare)} p50 over the bare side`,
        raw: ms(bare),
        bound: { text: '1.5 ms', kept: whole - bare <= 1.5 },
      });
    figure('identity, limits and decision of a request', times.read.p50, times.http.p50);
    figure('the same with audit of an act', times.audited.p50, times.http.p50 + times.act.p50);
    report({
      what: "of that act's bare side, its own transaction",
      ours: ms(times.act.p50),
    });
  } finally {
    await act.close();
  }
}
