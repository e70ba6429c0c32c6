import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/lib/longestFirst';

// Node cannot load the ES modules of Grafana's packages (they import CommonJS names), so tests take their other half.
const grafana = ['data', 'i18n', 'runtime', 'schema', 'ui'].map((name) => ({
  find: new RegExp(`^@grafana/${name}$`),
  replacement: createRequire(import.meta.url).resolve(`@grafana/${name}`),
}));

const node = { environment: 'node' as const, pool: 'forks' as const };

/** `unit` runs beside the code and starts nothing; `integration` has the real engines, started once for all files. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve: { alias: grafana },
        test: {
          ...node,
          name: 'unit',
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
          include: [
            'backend/contract/src/**/*.test.ts',
            'backend/server/src/**/*.test.ts',
            'plugins/*/src/**/*.test.{ts,tsx}',
            'plugins/datasource/gateway/**/*.test.ts',
            'scripts/**/*.test.ts',
            'docs/**/*.test.ts',
            'provisioning/**/*.test.ts',
          ],
        },
      },
      {
        test: {
          ...node,
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: ['tests/integration/setup/global.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // They wait for elections and timers more than they work: one more than there are cores keeps two cores busy.
          maxWorkers: 3,
        },
      },
    ],
  },
});
