import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { openSync, closeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Advice } from './paths';

export interface Running {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  alive(): boolean;
  /** Asks by signal, waits, then kills. Safe to call twice. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
}

export interface StartOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Ends the processes it was told of when this one disappears, SIGKILL included: it holds the read end of a pipe that
 * closes with us. One for all, started with the first process.
 */
let warden: ChildProcess | null = null;
const wardenProgram = `
const pids = new Set(); let rest = '';
process.on('SIGINT', () => {}); process.on('SIGTERM', () => {});
process.stdin.on('data', (d) => { rest += d; const lines = rest.split('\\n'); rest = lines.pop(); for (const l of lines) l[0] === '+' ? pids.add(+l.slice(1)) : pids.delete(+l.slice(1)); });
const all = (signal) => { for (const pid of [...pids].reverse()) try { process.kill(pid, signal); } catch { pids.delete(pid); } };
process.stdin.on('end', () => { if (!pids.size) process.exit(0); all('SIGTERM'); setTimeout(() => { all('SIGKILL'); process.exit(0); }, 4000); });
`;
function tellWarden(line: string): void {
  if (!warden) {
    warden = spawn(process.execPath, ['-e', wardenProgram], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    warden.unref();
    const { stdin } = warden;
    if (stdin && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
    stdin?.on('error', () => {
      warden = null;
    });
  }
  warden.stdin?.write(`${line}\n`);
}

export function startProcess(options: StartOptions): Running {
  const out = openSync(options.logFile, 'a', 0o600);
  // Its own group: Ctrl-C in the terminal reaches us alone, and we stop things in their order.
  const child = spawn(options.command, [...options.args], {
    stdio: ['ignore', out, out],
    env: options.env ?? process.env,
    cwd: options.cwd,
    uid: options.uid,
    gid: options.gid,
    detached: true,
  });
  closeSync(out);
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('error', () => resolve({ code: -1, signal: null }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const { pid } = child;
  if (pid === undefined) throw new Advice(`${options.name} could not be started from ${options.command}.`);
  tellWarden(`+${pid}`);
  void exited.then(() => tellWarden(`-${pid}`));
  const alive = () => child.exitCode === null && child.signalCode === null;
  return {
    name: options.name,
    pid,
    exited,
    alive,
    stop: async (signal = 'SIGTERM', graceMs = 8000) => {
      if (!alive()) return;
      child.kill(signal);
      const killer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(killer);
    },
  };
}

/** The end of a log, for the sentence that says why something did not start. */
export async function logTail(file: string, lines = 6): Promise<string> {
  return (await readFile(file, 'utf8').catch(() => '')).trim().split('\n').slice(-lines).join('\n');
}

/** A port that was free a moment ago, on loopback. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Waits until `ready` says yes, while the process lives. @throws Advice with the end of its log */
export async function untilReady(
  process: Running,
  logFile: string,
  ready: () => Promise<boolean>,
  seconds = 30,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (!process.alive())
      throw new Advice(`${process.name} ended while it started. Its log says:\n${await logTail(logFile)}`);
    if (await ready()) return;
    await delay(25);
  }
  await process.stop();
  throw new Advice(`${process.name} did not answer within ${seconds} s. Its log says:\n${await logTail(logFile)}`);
}
export const portAnswers = (port: number) => () => answers(port);
