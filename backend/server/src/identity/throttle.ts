import { sql } from 'kysely';
import { ApiError } from '../platform/errors';
import type { Pg } from '../platform/pg';

const windowMinutes = 15;
/** Failures that are free; each further one doubles the wait, up to the window. */
const free = { account: 5, address: 25 } as const;

/** Seconds to wait after so many failures in a row. */
export function waitAfter(failures: number, freeFailures: number): number {
  return failures < freeFailures ? 0 : Math.min(2 ** (failures - freeFailures), windowMinutes * 60);
}

/**
 * Counts a log-in attempt as failed before the password is looked at, so that many at once cannot slip through, and
 * takes it back at success. Kept in PostgreSQL: it holds across processes and restarts.
 */
export function makeThrottle(pg: Pg) {
  const keysOf = (login: string, ip: string) => [
    { key: `account:${login.toLowerCase()}`, free: free.account },
    { key: `address:${ip}`, free: free.address },
  ];
  return {
    /** @throws ApiError 429 with the wait */
    async attempt(login: string, ip: string): Promise<void> {
      for (const { key, free: freeFailures } of keysOf(login, ip)) {
        const row = await pg.asSystem(async (db) => {
          const blocked = await db
            .selectFrom('login_throttle')
            .where('key', '=', key)
            .where('blocked_until', '>', sql<Date>`now()`)
            .select('blocked_until')
            .executeTakeFirst();
          if (blocked?.blocked_until) return { failures: -1, until: blocked.blocked_until };
          const counted = await db
            .insertInto('login_throttle')
            .values({ key, failures: 1, since: new Date(), blocked_until: null })
            .onConflict((oc) =>
              oc.column('key').doUpdateSet({
                failures: sql<number>`case when login_throttle.since < now() - interval '${sql.raw(String(windowMinutes))} minutes' then 1 else login_throttle.failures + 1 end`,
                since: sql<Date>`case when login_throttle.since < now() - interval '${sql.raw(String(windowMinutes))} minutes' then now() else login_throttle.since end`,
              }),
            )
            .returning('failures')
            .executeTakeFirstOrThrow();
          return { failures: counted.failures, until: null };
        });
        if (row.until) {
          const seconds = Math.max(1, Math.ceil((row.until.getTime() - Date.now()) / 1000));
          throw new ApiError(429, 'too_many_attempts', `Too many failed log-ins. Try again in ${seconds} s.`, {
            retryAfter: seconds,
          });
        }
        const wait = waitAfter(row.failures, freeFailures);
        if (wait > 0)
          await pg.asSystem((db) =>
            db
              .updateTable('login_throttle')
              .where('key', '=', key)
              .set({ blocked_until: new Date(Date.now() + wait * 1000) })
              .execute(),
          );
      }
    },
    /** The account's count ends; the address gives back this attempt alone, so that one good account shields no guessing. */
    async succeeded(login: string, ip: string): Promise<void> {
      await pg.asSystem(async (db) => {
        await db.deleteFrom('login_throttle').where('key', '=', `account:${login.toLowerCase()}`).execute();
        await db
          .updateTable('login_throttle')
          .where('key', '=', `address:${ip}`)
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
