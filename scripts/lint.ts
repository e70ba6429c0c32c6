import { runNode } from './lib/child';
import { inLanes } from './lib/lanes';
import { main, untilAsked } from './lib/main';

await main(async () => {
  const { signal, off } = untilAsked();
  const cache = ['--cache', '--cache-location'];
  const checks = [
    {
      what: 'eslint',
      args: ['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0', ...cache, 'node_modules/.cache/eslint/'],
    },
    {
      what: 'prettier',
      args: ['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn', '--cache'],
    },
  ];
  await inLanes(checks.length, checks.length, async (n) => {
    const check = checks[n];
    if (check) await runNode(check.args, { signal, what: check.what });
  });
  off();
});
