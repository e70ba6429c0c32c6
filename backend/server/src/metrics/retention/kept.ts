import type { Retention } from '@jetstream-console/contract';
import { periods, rollupName } from '../ddl';
import { allTables } from '../tables';

export interface Kept {
  readonly table: string;
  readonly about: string;
  readonly ttlDays: number;
}

/** Every table whose rows an organization may have kept for a shorter time, sums included. */
export const keptTables: readonly Kept[] = allTables.flatMap((table) => [
  { table: table.name, about: table.about, ttlDays: table.ttlDays },
  ...(table.rolledUp
    ? periods.map(({ suffix, ttlDays }) => ({
        table: rollupName(table, suffix),
        about: `${table.about} Summed up ${suffix}.`,
        ttlDays,
      }))
    : []),
]);

/** What rows carry of an organization that wishes nothing: more than any table keeps. */
export const noWish = 65_535;

/** How long each table keeps an organization's rows: as the tables' TTL has it. */
export const keptFor = (days: number | null): Retention['tables'] =>
  keptTables.map(({ table, about, ttlDays }) => ({
    table,
    about,
    atMostDays: ttlDays,
    days: Math.min(days ?? noWish, ttlDays),
  }));
