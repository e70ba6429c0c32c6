import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { connect } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { Advice } from '../engines/paths';
import { freePort, logTail, portAnswers, startProcess, untilReady, type Running } from '../engines/process';
import { natsBinary, type Log } from '../engines/servers';

export interface Account {
  readonly user: string;
  readonly password: string;
}
export interface DemoCluster {
  readonly urls: readonly string[];
  readonly account: Account;
  readonly system: Account;
  readonly nodes: readonly Running[];
  stop(): Promise<void>;
}

const names = ['demo-1', 'demo-2', 'demo-3'];

async function keptPasswords(dir: string): Promise<{ account: string; system: string }> {
  const file = path.join(dir, 'passwords.json');
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as { account: string; system: string };
  const made = { account: randomBytes(12).toString('hex'), system: randomBytes(12).toString('hex') };
  await writeFile(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

function configOf(
  name: string,
  port: number,
  routePort: number,
  routes: readonly number[],
  store: string,
  account: Account,
  system: Account,
): string {
  return `server_name: ${name}
listen: "127.0.0.1:${port}"
jetstream { store_dir: ${JSON.stringify(store)}, max_memory_store: 256MB, max_file_store: 4GB }
cluster { name: demo, listen: "127.0.0.1:${routePort}", routes: [${routes.map((r) => `"nats://127.0.0.1:${r}"`).join(', ')}] }
accounts {
  SYS { users: [{ user: ${system.user}, password: "${system.password}" }] }
  SHOP { jetstream: enabled, users: [{ user: ${account.user}, password: "${account.password}" }] }
}
system_account: SYS
`;
}

/** Waits until the meta group has a leader: a healthy port alone does not mean that streams can be made. */
async function untilJetStream(url: string, account: Account, node: Running, logFile: string): Promise<void> {
  const nc = await connect({ servers: url, user: account.user, pass: account.password, maxReconnectAttempts: -1 });
  try {
    for (let tries = 0; tries < 300; tries++) {
      if (!node.alive()) break;
      const reply = await nc.request('$JS.API.INFO', undefined, { timeout: 1000 }).then(
        (m) => m.json<{ error?: unknown }>(),
        () => ({ error: true }),
      );
      if (!reply.error) return;
      await delay(100);
    }
  } finally {
    await nc.close();
  }
  throw new Advice(
    `The demo cluster found no JetStream leader. The log of its first node says:\n${await logTail(logFile)}`,
  );
}

/** Three real NATS servers with a system account and an account of a small shop, on loopback. */
export async function startDemoCluster({ dir, log }: { dir: string; log: Log }): Promise<DemoCluster> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const passwords = await keptPasswords(dir);
  const account = { user: 'shop', password: passwords.account };
  const system = { user: 'sys', password: passwords.system };
  const binary = await natsBinary(log);
  const ports = await Promise.all(names.map(freePort));
  const routePorts = await Promise.all(names.map(freePort));
  const nodes: Running[] = [];
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    for (const [i, name] of names.entries()) {
      const home = path.join(dir, name);
      await mkdir(home, { recursive: true });
      const conf = path.join(home, 'nats.conf');
      await writeFile(
        conf,
        configOf(name, ports[i] ?? 0, routePorts[i] ?? 0, routePorts, path.join(home, 'data'), account, system),
        { mode: 0o600 },
      );
      nodes.push(
        startProcess({
          name: `demo cluster ${name}`,
          command: binary,
          args: ['-c', conf],
          logFile: path.join(home, 'log'),
        }),
      );
    }
    await Promise.all(
      nodes.map((node, i) =>
        untilReady(node, path.join(dir, node.name.split(' ').at(-1) ?? '', 'log'), portAnswers(ports[i] ?? 0)),
      ),
    );
    const urls = ports.map((port) => `nats://127.0.0.1:${port}`);
    await untilJetStream(urls[0] ?? '', account, nodes[0] as Running, path.join(dir, 'demo-1', 'log'));
    return { urls, account, system, nodes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
