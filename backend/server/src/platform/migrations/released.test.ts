import { createHash } from 'node:crypto';
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  type CompiledQuery,
  type DatabaseConnection,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Migration,
} from 'kysely';
import { expect, it } from 'vitest';
import { migrations } from '.';

/** Of the SQL as it was released. A changed table is a further migration, and never a new hash here. */
const released: Readonly<Record<string, string>> = {
  '0001_tenants': '41978daaf706cf9dff0f3248b75a293c',
  '0002_clusters': '6599254611304fe7f75e2ce1da2b9464',
  '0003_retention': '97deca9506b6fa384fd273dfa4e1e525',
  '0004_live': '3b901750c30870a726c866039bf03d1a',
  '0005_scrape': 'f2d35830932840d34dde7ad1568f4213',
  '0006_silences': '75023e890be4697e1cfece39ec326272',
  '0007_audit_calls': 'd77139c453ff77f947bbf25b383cbce8',
  '0008_retention_times': '69a66f2c73c1210459a316751dd9fc01',
  '0009_audit_expiry': 'e4b227695675d627ed3240b2c3ddeb02',
  '0010_dead_letters': '9c9b9cc5d7b43ec1f9dfb28f398a813b',
  '0011_allow_kick': '7b615a000f0dcd0e6a603c1eae049dee',
  '0012_protobuf': 'd816ff8d0709eb9ed60b44d3a8798d5a',
  '0013_audit_names': 'fbf14550b2790e274534e73f209c0952',
  '0014_dead_letter_lists': '27691fd1755144035f10400ccb65a60f',
};

/** Sends nothing, and has names for the two roles that migrations ask for. */
class NoServer extends DummyDriver {
  override async acquireConnection(): Promise<DatabaseConnection> {
    const nothing = await super.acquireConnection();
    return {
      executeQuery: async <R>(query: CompiledQuery) =>
        query.sql.includes("current_setting('console.app_role') as app")
          ? { rows: JSON.parse('[{"app":"the_app","system":"the_system"}]') as R[] }
          : nothing.executeQuery<R>(query),
      streamQuery: (query, size) => nothing.streamQuery(query, size),
    };
  }
}

/** What a migration would send, helpers included: those that it shares with later ones may not change under it either. */
async function statementsOf(migration: Migration): Promise<string[]> {
  const sent: string[] = [];
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new NoServer(),
      createIntrospector: (on) => new PostgresIntrospector(on),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
    log: ({ query }) => {
      sent.push(`${query.sql} -- ${JSON.stringify(query.parameters)}`);
    },
  });
  await migration.up(db);
  await db.destroy();
  return sent;
}

it('what was released is as it was, and what is new has its hash here', async () => {
  const found: Record<string, string> = {};
  for (const [name, migration] of Object.entries(migrations)) {
    const statements = await statementsOf(migration);
    expect(statements.length, name).toBeGreaterThan(0);
    found[name] = createHash('sha256').update(statements.join('\n')).digest('hex').slice(0, 32);
  }
  expect(found).toEqual(released);
});

it('their names put them in order, and no number is there twice', () => {
  const names = Object.keys(migrations);
  expect(names).toEqual([...names].sort());
  expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, i) => i + 1));
});
