import { describe, expect, it } from 'vitest';
import { allTables } from '../../../../../backend/server/src/metrics/tables';
import { expandMacros } from '../../../../../backend/server/src/query/sql/macros';
import { sqlBounds as bounds } from '../../../../../backend/server/src/query/sql/read';
import { isAllowedTable } from '../../../../../backend/server/src/query/sql/tables';
import { sqlBounds, sqlMacros, sqlTables } from './tables';

/** What a statement never names: the walls are set by the server, whatever is asked. */
const walls = new Set(['org_id', 'retention_days', 'own']);

describe('the reference of tables', () => {
  it('is what the console makes', async () => {
    const tables = allTables.map(({ name, about, columns }) => ({
      name,
      about,
      columns: columns
        .filter((column) => !walls.has(column.name))
        .map(({ name: column, type, unit, from }) => ({
          name: column,
          type: type.replace(/ DEFAULT .*/, ''),
          unit,
          from,
        })),
    }));
    await expect(`${JSON.stringify(tables, null, 2)}\n`).toMatchFileSnapshot('./tables.json');
  });

  it('says of every column where it comes from', () => {
    const silent = sqlTables.flatMap((table) => table.columns.filter((column) => column.from === ''));
    expect(silent).toEqual([]);
    expect(sqlTables.length).toBeGreaterThan(5);
  });

  it('names tables that can be read, and the bounds that hold', () => {
    expect(sqlTables.filter(({ name }) => !isAllowedTable(name))).toEqual([]);
    expect(isAllowedTable('stream_metrics_hourly')).toBe(true);
    expect(sqlBounds).toEqual(bounds);
  });

  it.each(sqlMacros.map(({ example }) => example))('names the macro %s, which the console fills in', (example) => {
    const window = { fromMs: 0, toMs: 60_000, intervalMs: 15_000, maxDataPoints: 100 };
    expect(expandMacros(example, window)).not.toContain('$__');
  });
});
