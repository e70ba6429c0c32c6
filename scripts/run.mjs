// The one entry of all npm scripts: installs what is missing, then runs scripts/<name>.ts. Plain JavaScript, since
// nothing is installed yet when it starts.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stamp = path.join(root, 'node_modules/.installed-for');

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 11)) {
  fail(`Node ${process.versions.node} is too old: install Node 20.11 or newer, then run this again.`);
}

function wanted() {
  const hash = createHash('sha256').update(process.platform + process.arch + process.versions.modules);
  const { workspaces } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  for (const dir of ['.', ...workspaces]) {
    const file = path.join(root, dir, 'package.json');
    if (existsSync(file)) hash.update(readFileSync(file));
  }
  return hash.digest('hex');
}

function install() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted()) return;
  console.log('Installing packages. The first time this takes some minutes.');
  // `ci` would throw away what an earlier run has built; the lock file holds versions and checksums for this one too.
  const { status, error } = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error?.code === 'ENOENT') fail('npm is not on PATH: install it with Node, then run this again.');
  if (status !== 0) fail('The packages could not be installed. npm says why above; mend that and run this again.');
  writeFileSync(stamp, wanted());
}

const [, , name = '', ...args] = process.argv;
if (!existsSync(path.join(root, 'scripts', `${name}.ts`))) fail(`There is no script "${name}".`);
install();
const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'scripts', `${name}.ts`), ...args], {
  cwd: root,
  stdio: 'inherit',
});
// Ctrl-C reaches the child by itself, being of our group; a signal sent to this process alone is passed on.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
});
