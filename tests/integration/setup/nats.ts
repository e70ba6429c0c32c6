import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { freePort, portAnswers, startProcess, untilReady, type Running } from '../../../scripts/engines/process';
import { natsBinary, natsVersion } from '../../../scripts/engines/servers';

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  pid(): number;
  /** ends the process by its pid; `restart` brings it back on the same port and data */
  halt(signal?: NodeJS.Signals): Promise<void>;
  restart(config?: string): Promise<void>;
  stop(): Promise<void>;
}

export interface NatsOptions {
  /** lines of the server's configuration, after listen address, name and store */
  readonly config?: string;
  readonly name?: string;
  readonly jetstream?: boolean;
  readonly version?: string;
  /** files that the configuration names, written beside it */
  readonly files?: Readonly<Record<string, string>>;
}

const quiet = () => undefined;
export const natsProgram = (version = natsVersion) => natsBinary(quiet, version);

/** A real NATS server on a random port of loopback. `$DIR` in the configuration is its directory. */
export async function startNatsServer(options: NatsOptions = {}): Promise<NatsServer> {
  const dir = await mkdtemp(path.join(os.tmpdir(), 'jetstream-console-nats-'));
  await mkdir(path.join(dir, 'data'));
  for (const [name, content] of Object.entries(options.files ?? {}))
    await writeFile(path.join(dir, name), content, { mode: 0o600 });
  const port = await freePort();
  const file = path.join(dir, 'nats.conf');
  const logFile = path.join(dir, 'log');
  const program = await natsProgram(options.version);
  const store = `jetstream { store_dir: ${JSON.stringify(path.join(dir, 'data'))}, max_memory_store: 64MB, max_file_store: 2GB }`;
  let running: Running;
  const start = async (config: string) => {
    await writeFile(
      file,
      [
        `server_name: ${options.name ?? 'test'}`,
        `listen: "127.0.0.1:${port}"`,
        options.jetstream === false ? '' : store,
        config.replaceAll('$DIR', dir),
      ].join('\n'),
      { mode: 0o600 },
    );
    running = startProcess({ name: 'NATS under test', command: program, args: ['-c', file], logFile });
    await untilReady(running, logFile, portAnswers(port));
  };
  let config = options.config ?? '';
  await start(config);
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    dir,
    pid: () => running.pid,
    halt: (signal) => running.stop(signal),
    restart: async (changed) => {
      await running.stop();
      config = changed ?? config;
      await start(config);
    },
    stop: async () => {
      await running.stop('SIGTERM', 3000);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A client of the test's own, for what it sets up and looks at behind the api's back. */
export const connectTo = (url: string, options: ConnectionOptions = {}): Promise<NatsConnection> =>
  connect({ servers: url, ...options });
