import { existsSync } from 'node:fs';
import path from 'node:path';
import { root } from './engines/paths';
import { runNode } from './lib/child';
import { inLanes } from './lib/lanes';
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
  const present = projects.filter((project) => existsSync(path.join(root, project, 'tsconfig.json')));
  const checks = [
    // The plugins have to stay loadable in Grafana 13, whose packages bring React 19.
    { what: 'plugins against the packages of Grafana 13', args: ['plugins/typecheck13/run.mjs'] },
    ...present.map((what) => ({ what, args: ['node_modules/typescript/bin/tsc', '-p', what] })),
  ];
  await inLanes(2, checks.length, async (n) => {
    const check = checks[n];
    if (!check) return;
    say(check.what);
    await runNode(check.args, { signal, what: `The type check of ${check.what}` });
  });
  off();
});
