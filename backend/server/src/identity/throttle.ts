import { sql, type Kysely, type RawBuilder } from 'kysely';
import { ApiError } from '../platform/errors';
import { networkOf } from '../platform/networks';
import type { Pg } from '../platform/pg';
import type { Database } from '../platform/schema';

const windowMinutes = 15;
/** Failures that are free; the last of them costs a second, each further one doubles the wait, up to the window. */
const free = { account: 5, address: 25 } as const;

const windowStart = sql<Date>`now() - make_interval(mins => ${sql.lit(windowMinutes)})`;
const failures = sql<number>`case when login_throttle.since < ${windowStart} then 1 else login_throttle.failures + 1 end`;

type Key = string | RawBuilder<string>;

/**
 * Counts one attempt and sets the wait that follows it, in one statement: of many that arrive at once each sees what the
 * one before it wrote, so that no more than the free ones slip through together.
 * @returns null when the attempt may go on, else until when it may not
 */
async function count(db: Kysely<Database>, key: Key, freeFailures: number): Promise<Date | null> {
  const over = sql<number>`(${failures}) - ${sql.lit(freeFailures)}`;
  const counted = await db
    .insertInto('login_throttle')
    .values({ key, failures: 1, since: sql<Date>`now()`, blocked_until: null })
    .onConflict((oc) =>
      oc
        .column('key')
        .doUpdateSet({
          failures,
          since: sql<Date>`case when login_throttle.since < ${windowStart} then now() else login_throttle.since end`,
          blocked_until: sql<Date | null>`case when ${over} >= 0
            then now() + make_interval(secs => least(power(2, least(${over}, 20)), ${sql.lit(windowMinutes * 60)})) end`,
        })
        .where((eb) =>
          eb.or([
            eb('login_throttle.blocked_until', 'is', null),
            eb('login_throttle.blocked_until', '<=', sql<Date>`now()`),
          ]),
        ),
    )
    .returning('failures')
    .executeTakeFirst();
  if (counted) return null;
  const blocked = await db
    .selectFrom('login_throttle')
    .where('key', '=', key)
    .select('blocked_until')
    .executeTakeFirst();
  return blocked?.blocked_until ?? new Date();
}

/**
 * Counts a log-in attempt as failed before the password is looked at, and takes it back at success. Kept in PostgreSQL:
 * it holds across processes and restarts.
 */
export function makeThrottle(pg: Pg) {
  // The address first: an attempt from a blocked address is none at the account.
  const addressKey = (ip: string) => `address:${networkOf(ip)}`;
  // Lower case as the database has it, by which the account is found: with another one a login would have several counts.
  const accountKey = (login: string) => sql<string>`'account:' || lower(${login}::text)`;
  const keysOf = (login: string, ip: string) => [
    { key: addressKey(ip), free: free.address },
    { key: accountKey(login), free: free.account },
  ];
  return {
    /** @throws ApiError 429 with the wait */
    async attempt(login: string, ip: string): Promise<void> {
      for (const { key, free: freeFailures } of keysOf(login, ip)) {
        const until = await pg.asSystem((db) => count(db, key, freeFailures));
        if (until === null) continue;
        const seconds = Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1000));
        throw new ApiError(429, 'too_many_attempts', `Too many failed log-ins. Try again in ${seconds} s.`, {
          retryAfter: seconds,
        });
      }
    },
    /** The account's count ends; the address gives back this attempt alone, so that one good account shields no guessing. */
    async succeeded(login: string, ip: string): Promise<void> {
      await pg.asSystem(async (db) => {
        await db.deleteFrom('login_throttle').where('key', '=', accountKey(login)).execute();
        await db
          .updateTable('login_throttle')
          .where('key', '=', addressKey(ip))
          .set({ failures: sql<number>`greatest(failures - 1, 0)`, blocked_until: null })
          .execute();
      });
    },
    /** For the worker: rows whose window is over say nothing any more. */
    async sweep(): Promise<void> {
      await pg.asSystem((db) =>
        db
          .deleteFrom('login_throttle')
          .where('since', '<', new Date(Date.now() - 2 * windowMinutes * 60_000))
          .execute(),
      );
    },
  };
}
export type Throttle = ReturnType<typeof makeThrottle>;
