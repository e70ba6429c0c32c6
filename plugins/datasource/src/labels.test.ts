import { metricCatalog } from '@jetstream-console/contract';
import { expect, it } from 'vitest';
import { unitLabel } from './labels';

it('every unit of a metric has words', () => {
  const silent = metricCatalog.filter(({ unit }) => unitLabel(unit) === unit && unit !== 'bytes' && unit !== 'percent');
  expect(silent.map(({ unit }) => unit)).toEqual([]);
});
