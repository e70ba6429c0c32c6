import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ConnectionOptions } from '@nats-io/transport-node';
import { freePort, portAnswers, startProcess, untilReady, type Running } from '../../../scripts/engines/process';
import { connectTo, natsProgram } from './nats';
import { eventually } from './wait';

export interface NatsNode {
  readonly name: string;
  readonly url: string;
  readonly dir: string;
  alive(): boolean;
  halt(signal?: NodeJS.Signals): Promise<void>;
  /** @param version another one than the others run */
  start(version?: string): Promise<void>;
}
export interface NatsCluster {
  readonly nodes: readonly NatsNode[];
  readonly urls: readonly string[];
  readonly app: { readonly user: string; readonly password: string };
  readonly system: { readonly user: string; readonly password: string };
  stop(): Promise<void>;
}

const app = { user: 'app', password: 'app-password' };
const system = { user: 'sys', password: 'sys-password' };

const plainAccounts = `accounts {
  SYS { users: [{ user: ${system.user}, password: "${system.password}" }] }
  APP { jetstream: enabled, users: [{ user: ${app.user}, password: "${app.password}" }] }
}
system_account: SYS`;

interface Options {
  /** of a server by its name, where it starts with another one than the others */
  readonly versions?: Readonly<Record<string, string>>;
  /** who may connect, where other accounts are wanted, and how somebody with JetStream does */
  readonly accounts?: { readonly config: string; readonly login: ConnectionOptions };
}

/** Three servers with a system account and one account that has JetStream. */
export async function startNatsCluster({
  versions = {},
  accounts = { config: plainAccounts, login: { user: app.user, pass: app.password } },
}: Options = {}): Promise<NatsCluster> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'jetstream-console-cluster-'));
  const names = ['n1', 'n2', 'n3'];
  const ports = await Promise.all(names.map(freePort));
  const routePorts = await Promise.all(names.map(freePort));
  const running = new Map<string, Running>();
  const nodes = await Promise.all(
    names.map(async (name, i): Promise<NatsNode> => {
      const home = path.join(dir, name);
      await mkdir(home);
      const file = path.join(home, 'nats.conf');
      const logFile = path.join(home, 'log');
      await writeFile(
        file,
        `server_name: ${name}
listen: "127.0.0.1:${ports[i]}"
jetstream { store_dir: ${JSON.stringify(path.join(home, 'data'))}, max_memory_store: 64MB, max_file_store: 1GB }
cluster { name: tested, listen: "127.0.0.1:${routePorts[i]}", routes: [${routePorts.map((port) => `"nats://127.0.0.1:${port}"`).join(', ')}] }
${accounts.config}
`,
      );
      return {
        name,
        url: `nats://127.0.0.1:${ports[i]}`,
        dir: home,
        alive: () => running.get(name)?.alive() ?? false,
        halt: async (signal) => {
          await running.get(name)?.stop(signal, 5000);
        },
        start: async (version) => {
          const program = await natsProgram(version);
          const node = startProcess({ name: `NATS ${name}`, command: program, args: ['-c', file], logFile });
          running.set(name, node);
          await untilReady(node, logFile, portAnswers(ports[i] ?? 0));
        },
      };
    }),
  );
  const stop = async () => {
    await Promise.all([...running.values()].map((node) => node.stop('SIGTERM', 3000)));
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await Promise.all(nodes.map((node) => node.start(versions[node.name])));
    await untilLeader(nodes[0]?.url ?? '', accounts.login);
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, urls: nodes.map(({ url }) => url), app, system, stop };
}

/** An open port says nothing of the meta group: streams can be made only once it has a leader. */
async function untilLeader(url: string, login: ConnectionOptions): Promise<void> {
  const nc = await connectTo(url, login);
  try {
    await eventually(async () => {
      const reply = await nc.request('$JS.API.INFO', undefined, { timeout: 1000 }).then(
        (message) => message.json<{ error?: unknown }>(),
        () => ({ error: true }),
      );
      return !reply.error;
    });
  } finally {
    await nc.close();
  }
}
