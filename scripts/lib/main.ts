import { Advice } from '../engines';

/** Runs a script: advice is shown as its sentence, anything else with its stack; either way the exit code tells. */
export async function main(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Advice) process.stderr.write(`\n${error.message}\n`);
    else process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  }
}

export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/**
 * Aborts at SIGINT, SIGTERM or SIGHUP, and when whoever started this is gone: a killed `npm start` leaves nothing
 * behind. The second Ctrl-C does not wait any longer.
 */
export function untilAsked(): { signal: AbortSignal; asked: Promise<void>; off(): void } {
  const abort = new AbortController();
  let times = 0;
  const stop = () => {
    times++;
    if (times > 1) process.exit(130);
    abort.abort();
  };
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent && times === 0) stop();
  }, 1000);
  watch.unref();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: abort.signal,
    asked: new Promise((resolve) => abort.signal.addEventListener('abort', () => resolve(), { once: true })),
    off: () => {
      clearInterval(watch);
      for (const signal of signals) process.off(signal, stop);
    },
  };
}
