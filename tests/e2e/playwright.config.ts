import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { root } from '../../scripts/engines/paths';
import { browserPath } from '../../scripts/lib/browser';

const inGrafana = Boolean(process.env['GRAFANA_URL']);

/** The order of a first day: pair and connect, which the other specs then stand on. */
export default defineConfig({
  testDir: '.',
  outputDir: path.join(root, 'test-results/e2e'),
  globalSetup: './globalSetup.ts',
  workers: 1,
  forbidOnly: true,
  retries: 0,
  // Grafana's own pages load ten times as much as the plugin host's.
  timeout: inGrafana ? 240_000 : 60_000,
  expect: { timeout: inGrafana ? 45_000 : 15_000 },
  reporter: [['list'], ['json', { outputFile: path.join(root, 'test-results/playwright.json') }]],
  use: {
    viewport: { width: 1400, height: 900 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: await browserPath(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Nothing but this machine: a page that needs the internet would fail in many a data centre too.
        '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ],
    },
  },
  projects: [
    { name: 'first day', testMatch: /first-day\.spec\.ts/ },
    { name: 'every day', testIgnore: [/first-day\.spec\.ts/, /grafana\//], dependencies: ['first day'] },
    // What the plugin host has none of: alert rules, shared dashboards, panels.
    ...(inGrafana ? [{ name: 'Grafana', testMatch: /grafana\/.*\.spec\.ts/, dependencies: ['first day'] }] : []),
  ],
});
