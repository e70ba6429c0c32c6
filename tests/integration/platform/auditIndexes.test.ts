import { randomUUID } from 'node:crypto';
import { sql, type Explainable } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecords, recordsOf, type Filters } from '../../../backend/server/src/audit/records';
import { versionsOf } from '../../../backend/server/src/jetstream/manage/history';
import type { Place } from '../../../backend/server/src/audit/place';
import { readConfig } from '../../../backend/server/src/platform/config';
import { makeLog } from '../../../backend/server/src/platform/log';
import { openPg, type Pg, type Tx } from '../../../backend/server/src/platform/pg';
import { environmentOf } from '../setup/api';
import { createDatabase, type TestDatabase } from '../setup/database';

const organization = randomUUID();
const other = randomUUID();
const clusterId = randomUUID();
let database: TestDatabase;
let pg: Pg;

/** Two organizations of 100,000 acts each, on 500 streams, of which every second act is one of a consumer. */
beforeAll(async () => {
  database = await createDatabase();
  const config = readConfig(environmentOf(database.url));
  pg = await openPg(config, makeLog(config, 'test'));
  for (const id of [organization, other])
    await database.query(`insert into organizations (id, name) values ($1, $2)`, [id, id]);
  // Indexes are built in one go afterwards, as they are defined: row by row takes ten times as long.
  const indexes = await database.query<{ name: string; made: string }>(
    `select indexname as name, indexdef as made from pg_indexes
     where tablename = 'audit_outbox' and indexname not in (select conname from pg_constraint)`,
  );
  for (const { name } of indexes) await database.query(`drop index ${name}`);
  await database.query('alter table audit_outbox disable trigger all');
  await database.query(
    `insert into audit_outbox (org_id, time, login, via, action, resource, cluster_id, status, ip, user_agent, request_id, changes, completed_at, shipped_at)
     select case when n % 2 = 0 then $1::uuid else $2::uuid end, now() - n * interval '1 minute', 'person ' || n % 1000, 'session',
       case when n % 1000 = 0 then 'stream.create' when n % 4 < 2 then 'stream.update' else 'consumer.update' end,
       case when n % 1000 = 0 then null when n % 4 < 2 then 'stream=S' || n % 1000 else 'stream=S' || n % 1000 || ' consumer=c' || n % 1000 end,
       $3, 'success', '127.0.0.1', 'x', 'r' || n, jsonb_build_object('before', null, 'after', jsonb_build_object('name', 'S' || n % 1000)), now(), now()
     from generate_series(1, 200000) n`,
    [organization, other, clusterId],
  );
  await database.query(
    `insert into audit_outbox (org_id, time, via, action, resource, cluster_id, status, ip, user_agent, request_id)
     values ($1, now() - interval '1 year', 'session', 'stream.purge', 'stream=RARE', $2, 'success', '', '', '')`,
    [organization, clusterId],
  );
  await database.query('alter table audit_outbox enable trigger all');
  for (const { made } of indexes) await database.query(made);
  await database.query('vacuum analyze audit_outbox');
});
afterAll(async () => {
  await pg?.close();
  await database?.drop();
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}
const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** How PostgreSQL went about it, as the login that requests run under. */
async function wentAbout(ask: (tx: Tx) => Explainable) {
  const [answer] = await pg.inOrg(organization, (tx) =>
    ask(tx).explain<{ 'QUERY PLAN': [{ Plan: Plan }] }>('json', sql`analyze, costs off`),
  );
  const nodes = answer ? nodesOf(answer['QUERY PLAN'][0].Plan) : [];
  return {
    sequential: nodes.filter((node) => node['Node Type'].includes('Seq Scan')).length,
    indexes: [...new Set(nodes.flatMap((node) => node['Index Name'] ?? []))].sort(),
    /** rows that came out of the table and its indexes, those that a filter then threw away among them */
    touched: nodes
      .filter(({ Plans }) => Plans === undefined)
      .reduce(
        (sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
        0,
      ),
  };
}
const listed = (filters: Filters) => wentAbout((tx) => recordsOf(tx, filters, null, 50));

describe('under row-level security, in 200,000 acts, an index leads to', () => {
  it('what was done to a thing', async () => {
    const { sequential, indexes, touched } = await listed({ resource: 'RARE', whole: true });
    expect({ sequential, indexes }).toEqual({
      sequential: 0,
      indexes: ['audit_outbox_made', 'audit_outbox_part', 'audit_outbox_thing'],
    });
    expect(touched).toBe(1);
    expect((await listed({ resource: 'S8', whole: true })).touched).toBeLessThan(400);
  });
  it('what a person did', async () =>
    expect(await listed({ login: 'person 8', whole: true })).toMatchObject({
      sequential: 0,
      indexes: ['audit_outbox_login'],
      touched: 51,
    }));
  it('the newest', async () =>
    expect(await listed({})).toMatchObject({ sequential: 0, indexes: ['audit_outbox_time'], touched: 51 }));
  it.each(['S8', 'S0', 'RARE', 'S_NOT_THERE'])('the history of the configuration of %s', async (stream) => {
    const { sequential, indexes, touched } = await wentAbout((tx) =>
      versionsOf(tx, { clusterId, stream }, { limit: 51 }),
    );
    expect({ sequential, indexes }).toEqual({ sequential: 0, indexes: ['audit_outbox_made', 'audit_outbox_thing'] });
    expect(touched).toBeLessThan(400);
  });
});

describe('what no index leads to', () => {
  const found = async (filters: Filters, most: number) => {
    const steps: string[][] = [];
    let after: Place | null = null;
    do {
      const { acts, stop } = await readRecords(pg, organization, filters, after, 50, most);
      steps.push(acts.map(({ entry }) => entry.resource ?? ''));
      after = stop;
    } while (after !== null);
    return steps;
  };
  it('is looked for in so many acts at a time, and no further until somebody goes on', async () => {
    const { touched, sequential } = await wentAbout((tx) => recordsOf(tx, { resource: 'rare' }, null, 50, 1000));
    expect({ touched, sequential }).toEqual({ touched: 1000, sequential: 0 });
    expect(await found({ resource: 'rar' }, 40_000)).toEqual([[], [], ['stream=RARE']]);
    expect(await found({ action: 'stream.purge' }, 60_000)).toEqual([[], ['stream=RARE']]);
  });
});
