import { randomBytes } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { makeVault, type Place, type Vault } from '../clusters/vault';
import type { Config } from './config';
import type { Database } from './schema';

type Which = 'app' | 'system';

/** PostgreSQL cuts names at 63 bytes: the database's part is cut here, so that the two roles never become one. */
function roleOf(owner: string, suffix: string): string {
  const database = decodeURIComponent(new URL(owner).pathname.slice(1)) || 'console';
  return `${Buffer.from(database).subarray(0, 50).toString('utf8').replaceAll('\ufffd', '')}_${suffix}`;
}

async function ensureRole(owner: Kysely<Database>, role: string, password: string): Promise<void> {
  const exists = await sql`select 1 from pg_roles where rolname = ${role}`.execute(owner);
  const secret = sql.lit(password);
  const flags = sql.raw('login nosuperuser nobypassrls nocreatedb nocreaterole noreplication');
  await (
    exists.rows.length === 0
      ? sql`create role ${sql.id(role)} ${flags} password ${secret}`
      : // Flags that one has not oneself may not even be named here, and an owner need be no superuser; `assertRestricted` looks.
        sql`alter role ${sql.id(role)} password ${secret}`
  ).execute(owner);
}

function opened(vault: Vault, place: Place, sealed: string): string {
  try {
    return vault.open(place, sealed);
  } catch (error) {
    throw new Error(
      `The password of the console's own login ${place[2]} in PostgreSQL is sealed under a master key that this process does not have. Give that key in CONSOLE_MASTER_KEY or CONSOLE_OLD_MASTER_KEYS, with its id. Where it is lost, empty the table console_logins as the owner and start all processes again: they make new passwords.`,
      { cause: error },
    );
  }
}

/**
 * The password of a login of ours: made once, kept under the master key where the owner alone reads it, so that every
 * process that can open it uses the same one, whichever of its keys comes first.
 */
async function keptPassword(owner: Kysely<Database>, vault: Vault, role: string): Promise<string> {
  // Before all migrations, which grant to these logins.
  await sql`create table if not exists console_logins (login text primary key, sealed text not null)`.execute(owner);
  const { rows } = await sql<{ sealed: string }>`select sealed from console_logins where login = ${role}`.execute(
    owner,
  );
  const place: Place = ['', 'postgres', role];
  const [kept] = rows;
  const password = kept ? opened(vault, place, kept.sealed) : randomBytes(32).toString('hex');
  if (!kept || vault.isOld(kept.sealed)) {
    const sealed = vault.seal(place, password);
    await sql`insert into console_logins (login, sealed) values (${role}, ${sealed}) on conflict (login) do update set sealed = excluded.sealed`.execute(
      owner,
    );
  }
  return password;
}

export interface Login {
  readonly url: string;
  readonly role: string;
}

/** The configured login, or one that is made here. For the owner, one process at a time. */
export async function loginOf(config: Config, owner: Kysely<Database>, which: Which): Promise<Login> {
  const configured = config.database[which];
  if (configured !== null) return { url: configured, role: decodeURIComponent(new URL(configured).username) };
  const role = roleOf(config.database.owner, which);
  const password = await keptPassword(owner, makeVault(config.masterKeys), role);
  await ensureRole(owner, role, password);
  const url = new URL(config.database.owner);
  url.username = encodeURIComponent(role);
  url.password = password;
  return { url: url.toString(), role };
}

/** Refuses to run on a login that row-level security does not hold, or that may become one. @returns its name */
export async function assertRestricted(db: Kysely<Database>, which: string): Promise<string> {
  const { rows } = await sql<{ login: string; bad: boolean }>`
    select current_user::text as login, bool_or(r.rolsuper or r.rolbypassrls
      or exists (select 1 from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p'))) as bad
    from pg_roles r where pg_has_role(current_user, r.oid, 'MEMBER')`.execute(db);
  const [row] = rows;
  if (!row || row.bad) {
    throw new Error(
      `The ${which} login of PostgreSQL is a superuser, has BYPASSRLS or owns tables, or is a member of a role that does. Give the console a login without any of these, or leave ${which === 'app' ? 'DATABASE_APP_URL' : 'DATABASE_SYSTEM_URL'} empty and it makes one.`,
    );
  }
  return row.login;
}
