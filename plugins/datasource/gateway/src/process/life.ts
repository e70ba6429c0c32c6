import type { Log } from './log';

const watchEveryMs = 1000;
/** after the host's stream has gone: how soon the kernel gives us another parent */
const recheckAfterMs = [20, 100, 300];

/** Whether the process that started us is still there. */
export function hostWatcher(started = process.ppid): () => boolean {
  if (process.platform !== 'win32') return () => process.ppid === started;
  // Windows keeps naming the parent that has gone.
  return () => {
    try {
      process.kill(started, 0);
      return true;
    } catch {
      return false;
    }
  };
}

export interface Life {
  /** ends with everything that runs: streams, requests, waits */
  readonly ended: AbortSignal;
  /** the host's own stream was cut: look at once whether the host is gone */
  suspect(): void;
  end(why: string): void;
}

/** Ends the gateway when it is asked to, and when Grafana is gone without having asked. */
export function makeLife(log: Log, finish: () => void, alive = hostWatcher()): Life {
  const over = new AbortController();
  const end = (why: string) => {
    if (over.signal.aborted) return;
    log.debug('the gateway ends', { why });
    over.abort(new Error('The gateway is stopping.'));
    finish();
  };
  const look = () => {
    if (!alive()) end('the host is gone');
  };
  setInterval(look, watchEveryMs).unref();
  return {
    ended: over.signal,
    suspect: () => {
      for (const ms of recheckAfterMs) setTimeout(look, ms).unref();
    },
    end,
  };
}
