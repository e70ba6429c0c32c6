import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './engines/paths';
import { runNode } from './lib/child';
import { main, say, untilAsked } from './lib/main';

const projects = [
  'backend/contract',
  'backend/server',
  'plugins/app',
  'plugins/datasource',
  'plugins/datasource/gateway',
  'plugins/host',
  'plugins',
  'provisioning',
  'scripts',
  'tests',
  'docs',
];

await main(async () => {
  const { signal, off } = untilAsked();
  for (const project of projects) {
    if (!existsSync(path.join(root, project, 'tsconfig.json'))) continue;
    say(project);
    await runNode(['node_modules/typescript/bin/tsc', '-p', project], { signal, what: `The type check of ${project}` });
  }
  // The plugins have to stay loadable in Grafana 13, whose packages bring React 19.
  say('plugins against the packages of Grafana 13');
  await runNode(['plugins/typecheck13/run.mjs'], { signal, what: 'The type check against Grafana 13' });
  off();
});
