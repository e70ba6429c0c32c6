import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Advice } from './engines';
import { root } from './engines/paths';
import { build } from './lib/build';
import { takeLock } from './lib/lock';
import { main, say, untilAsked } from './lib/main';
import { portFrom } from './lib/ports';
import { firstToEnd } from './lib/servers';
import { startStack, type Stack } from './lib/stack';
import { writePrivate } from './lib/state';

/** Another folder is another world: two starts side by side, each with its own data. */
const dir = path.resolve(process.env['RUN_DIR'] ?? path.join(root, '.run'));
const readyFile = path.join(dir, 'ready.json');

function tell(stack: Stack): void {
  const rows = stack.users.map(({ login, password, role }) => `    ${login.padEnd(8)} ${password}   ${role}`);
  say(`
Ready

  page   ${stack.page}   (${stack.kind})
${rows.join('\n')}

  api    ${stack.api}   (${stack.api}/api/v1/openapi.json)
    ${stack.admin.login}   ${stack.admin.password}   log in at POST /api/v1/auth/login

  The same is in ${path.relative(process.cwd(), readyFile)}. Ctrl-C ends everything.`);
}

const readyOf = (stack: Stack) => ({
  page: stack.page,
  api: stack.api,
  admin: stack.admin,
  users: stack.users,
  nats: stack.demo.urls,
  natsAccount: stack.demo.account,
  natsSystem: stack.demo.system,
  connection: stack.connection,
  pids: Object.fromEntries([['start', process.pid], ...stack.processes.map(({ name, pid }) => [name, pid])]),
});

await main(async () => {
  const { signal, asked, off } = untilAsked();
  const unlock = await takeLock(dir);
  let stack: Stack | null = null;
  try {
    await rm(readyFile, { force: true });
    const ports = { page: await portFrom('PAGE_PORT', 3000), api: await portFrom('API_PORT', 8080) };
    await build(say, signal);
    say('starting the engines');
    stack = await startStack({ dir, ports, prepared: true, traffic: true, log: say, signal });
    await writePrivate(readyFile, readyOf(stack));
    tell(stack);
    await Promise.race([asked, firstToEnd(stack.processes)]);
  } catch (error) {
    if (!signal.aborted) throw error;
    if (!(error instanceof Advice) && stack === null) say('stopped before it was ready');
  } finally {
    say('\nstopping');
    await stack?.stop();
    await rm(readyFile, { force: true });
    await unlock();
    off();
  }
  // Sockets that linger in libraries are no reason to wait.
  process.exit(process.exitCode ?? 0);
});
