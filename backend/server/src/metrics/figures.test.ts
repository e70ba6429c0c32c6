import { metricCatalog } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { columnOf, isComputed, tableOf } from './figures';

describe('every metric of the catalogue has a column that fits its kind', () => {
  it.each(metricCatalog.filter(({ id }) => !isComputed(id)).map((metric) => [metric.id, metric] as const))(
    '%s',
    (_, metric) => {
      const table = tableOf[metric.source];
      const column = table.columns.find(({ name }) => name === columnOf(metric.id));
      expect(column).toBeDefined();
      if (metric.kind === 'rate') {
        expect(column?.rollup).toBe('sum');
        expect(column?.type).toMatch(/^U?Int64$/);
        expect(table.columns.some(({ name }) => name === 'elapsed_ms')).toBe(true);
      } else if (table.rolledUp) expect(['gauge', 'distribution']).toContain(column?.rollup);
    },
  );
});
