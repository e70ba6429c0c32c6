import { runNode } from './lib/child';
import { main, untilAsked } from './lib/main';

await main(async () => {
  const { signal, off } = untilAsked();
  await runNode(
    [
      'node_modules/eslint/bin/eslint.js',
      '.',
      '--max-warnings',
      '0',
      '--cache',
      '--cache-location',
      'node_modules/.cache/eslint/',
    ],
    { signal, what: 'eslint' },
  );
  await runNode(['node_modules/prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn', '--cache'], {
    signal,
    what: 'prettier',
  });
  off();
});
