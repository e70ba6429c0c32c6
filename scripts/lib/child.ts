import { spawn } from 'node:child_process';
import { root } from '../engines/paths';
import { Advice } from '../engines';

/** Runs a program to its end with its output shown. @throws Advice when it fails or was asked to stop */
export function runShown(
  command: string,
  args: readonly string[],
  { signal, env, what }: { signal?: AbortSignal; env?: NodeJS.ProcessEnv; what: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd: root, stdio: 'inherit', env: env ?? process.env });
    const stop = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', stop, { once: true });
    child.once('error', (error) => reject(new Advice(`${what} could not be started: ${error.message}`)));
    child.once('exit', (code, by) => {
      signal?.removeEventListener('abort', stop);
      if (code === 0) resolve();
      else if (signal?.aborted) reject(new Advice('Stopped.'));
      else reject(new Advice(`${what} failed (${code === null ? by : `exit code ${code}`}).`));
    });
  });
}

export const runNode = (args: readonly string[], options: Parameters<typeof runShown>[2]): Promise<void> =>
  runShown(process.execPath, args, options);
