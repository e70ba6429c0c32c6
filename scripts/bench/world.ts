import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { routes, type Client } from '@jetstream-console/contract';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { startEngines, type Engines } from '../engines';
import { freePort, portAnswers, startProcess, untilReady, type Running } from '../engines/process';
import { natsBinary } from '../engines/servers';
import { logIn } from '../lib/consoleClient';
import { say } from '../lib/main';
import { startApiProcess } from '../lib/servers';
import { readState } from '../lib/state';

export interface World {
  readonly dir: string;
  readonly engines: Engines;
  readonly apiUrl: string;
  readonly call: Client;
  readonly token: string;
  readonly organizationId: string;
  /** the cluster that is measured: one server, an account with JetStream and a system account */
  readonly natsUrl: string;
  readonly account: { user: string; password: string };
  readonly system: { user: string; password: string };
  readonly clusterId: string;
  /** a bare client on the same account */
  readonly nc: NatsConnection;
  readonly api: Running;
  stop(): Promise<void>;
}

async function startMeasuredNats(dir: string): Promise<{ url: string; running: Running }> {
  const home = path.join(dir, 'measured');
  await mkdir(home, { recursive: true });
  const port = await freePort();
  const conf = path.join(home, 'nats.conf');
  await writeFile(
    conf,
    `listen: "127.0.0.1:${port}"\nserver_name: measured\nmax_payload: 64MB\njetstream { store_dir: ${JSON.stringify(path.join(home, 'data'))} }
accounts {\n SYS { users: [{ user: sys, password: sys }] }\n APP { jetstream: enabled, users: [{ user: app, password: app }] }\n}\nsystem_account: SYS\n`,
  );
  const logFile = path.join(home, 'log');
  const running = startProcess({ name: 'measured NATS', command: await natsBinary(say), args: ['-c', conf], logFile });
  await untilReady(running, logFile, portAnswers(port));
  return { url: `nats://127.0.0.1:${port}`, running };
}

/** New engines, a NATS server to measure, and the api as a process of its own, as people run it. */
export async function startWorld(): Promise<World> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    return { ...(await bringUp(stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function bringUp(stops: (() => Promise<void>)[]): Promise<Omit<World, 'stop'>> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'jetstream-console-bench-'));
  stops.push(() => rm(dir, { recursive: true, force: true }));
  await chmod(dir, 0o711);
  const engines = await startEngines({ dir: path.join(dir, 'engines'), fresh: true, log: () => undefined });
  stops.push(() => engines.stop());
  const measured = await startMeasuredNats(dir);
  stops.push(() => measured.running.stop());
  const state = await readState(dir);
  const port = await freePort();
  // As in production: answers are not checked against their schemas, and loopback has to be allowed.
  const extra = {
    CONSOLE_ENV: 'production',
    NATS_ALLOWED_NETWORKS: '127.0.0.1/32',
    LOG_LEVEL: 'warn',
    RATE_LIMIT_PRINCIPAL_PER_MINUTE: '1000000',
    RATE_LIMIT_ADDRESS_PER_MINUTE: '1000000',
  };
  const api = await startApiProcess({ dir, engines, state, port, extra });
  stops.push(() => api.stop());
  const apiUrl = `http://127.0.0.1:${port}`;
  const { call, accessToken, organizationId } = await logIn(apiUrl, state.admin);
  const account = { user: 'app', password: 'app' };
  const system = { user: 'sys', password: 'sys' };
  const credential = (who: typeof account) => ({ auth: { kind: 'user_password' as const, ...who } });
  const credentials = { admin: credential(account), system: credential(system) };
  const cluster = await call(routes.createCluster, { body: { name: 'Measured', urls: [measured.url], credentials } });
  const nc = await connect({ servers: measured.url, user: account.user, pass: account.password });
  stops.push(() => nc.close());
  return {
    dir,
    engines,
    apiUrl,
    call,
    organizationId,
    token: accessToken,
    natsUrl: measured.url,
    account,
    system,
    clusterId: cluster.id,
    nc,
    api,
  };
}
