// The one entry of all npm scripts: installs what is missing, then runs scripts/<name>.ts. Plain JavaScript, since
// nothing is installed yet when it starts.
import { spawn } from 'node:child_process';
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

/** What runs for us now: a signal to this process, or the end of whoever started it, ends that too. */
let running = null;
const pass = (signal) => running?.kill(signal);
// Ctrl-C reaches the child by itself, being of our group.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => pass(signal));
// A shell between npm and us hands no signal on: when it is gone, we are not wanted any more.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) pass('SIGTERM');
}, 500).unref();

/** Runs a program to its end. @returns its exit code, as a shell counts it */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    running = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    running.once('error', (error) => resolve(error.code === 'ENOENT' ? 127 : 1));
    running.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

async function install() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted()) return;
  console.log('Installing packages. The first time this takes some minutes.');
  // `ci` would throw away what an earlier run has built; the lock file holds versions and checksums for this one too.
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await run('npm', args, { shell: process.platform === 'win32' });
  if (code === 127) fail('npm is not on PATH: install it with Node, then run this again.');
  if (code !== 0) fail('The packages could not be installed. npm says why above; mend that and run this again.');
  writeFileSync(stamp, wanted());
}

const [, , name = '', ...args] = process.argv;
if (!existsSync(path.join(root, 'scripts', `${name}.ts`))) fail(`There is no script "${name}".`);
await install();
process.exitCode = await run(process.execPath, ['--import', 'tsx', path.join(root, 'scripts', `${name}.ts`), ...args]);
