import { build } from './lib/build';
import { runNode } from './lib/child';
import { main, say, untilAsked } from './lib/main';

/** The browser tests, against the plugin host or the Grafana at GRAFANA_URL. Arguments go on to Playwright. */
await main(async () => {
  const { signal, off } = untilAsked();
  await build(say, signal);
  await runNode(
    [
      '--import',
      'tsx',
      'node_modules/@playwright/test/cli.js',
      'test',
      '-c',
      'tests/e2e/playwright.config.ts',
      ...process.argv.slice(2),
    ],
    { signal, what: 'The browser tests' },
  );
  off();
});
