import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// Checks the plugins' sources against Grafana 13 and React 19. Its packages are installed here once for each lock file.
const here = path.dirname(fileURLToPath(import.meta.url));
const stamp = path.join(here, 'node_modules/.lock.sha256');
const lock = createHash('sha256')
  .update(readFileSync(path.join(here, 'package-lock.json')))
  .digest('hex');

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: here, stdio: 'inherit' });
  if (error) {
    console.error(`${command} cannot be started: ${error.message}`);
    process.exit(1);
  }
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.log('installing the packages of Grafana 13 for the type check (once)');
  // Only types are wanted of them: nothing of theirs runs.
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(stamp, lock);
}
run(process.execPath, [path.join(here, '../../node_modules/typescript/bin/tsc'), '-p', here]);
