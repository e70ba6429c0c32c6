import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Address } from '../process/handshake';

export interface GatewayProcess {
  readonly pid: number;
  readonly address: Address;
  /** the handshake as it stood on stdout */
  readonly line: string;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

export interface StartOptions {
  readonly executable: string;
  readonly args?: readonly string[];
  /** Grafana's environment; what its plugin protocol sets is added */
  readonly env?: NodeJS.ProcessEnv;
  /** each line of the gateway's log, and anything on stdout after the handshake */
  readonly onLine?: (line: string, from: 'stdout' | 'stderr') => void;
  readonly timeoutMs?: number;
}

/** What go-plugin sets for every plugin it starts in Grafana. */
const protocolEnv = {
  grafana_plugin_type: 'datasource',
  PLUGIN_MIN_PORT: '10000',
  PLUGIN_MAX_PORT: '25000',
  PLUGIN_PROTOCOL_VERSIONS: '2',
} as const;

function readHandshake(line: string): Address {
  const [core, app, network, address, protocol] = line.split('|');
  if (core !== '1' || app !== '2' || (network !== 'unix' && network !== 'tcp') || !address || protocol !== 'grpc')
    throw new Error(`The gateway's first line is no handshake: ${line.slice(0, 200)}`);
  return { network, address };
}

function firstLine(child: ChildProcess, { onLine, timeoutMs = 60_000 }: StartOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const last: string[] = [];
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The gateway did not say where it listens within ${timeoutMs} ms.`));
    }, timeoutMs);
    let begun = false;
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        clearTimeout(timer);
        if (begun) onLine?.(line, 'stdout');
        begun = true;
        resolve(line);
      });
    if (child.stderr)
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (last.push(line) > 5) last.shift();
        onLine?.(line, 'stderr');
      });
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(new Error(`The gateway could not be started: ${error.message}`, { cause: error }));
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      reject(new Error(`The gateway ended before it said where it listens (exit code ${code}). ${last.join('\n')}`));
    });
  });
}

/** Starts the gateway's process as Grafana does, and waits for its handshake. */
export async function startProcess(options: StartOptions): Promise<GatewayProcess> {
  const child = spawn(options.executable, [...(options.args ?? [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...options.env, ...protocolEnv },
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const line = await firstLine(child, options);
  const { pid } = child;
  try {
    if (pid === undefined) throw new Error('The gateway has no process.');
    return { pid, address: readHandshake(line), line, exited, kill: (signal) => void child.kill(signal) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}
