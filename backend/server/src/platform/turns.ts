import { ApiError } from './errors';

export interface Turns {
  /**
   * Waits until one more of this key may begin.
   * @returns what gives the turn back; a second call of it does nothing
   * @throws ApiError 429 where the key has too many waiting, 503 where all keys have or where the wait takes too long
   */
  take(key: string, signal: AbortSignal): Promise<() => void>;
}

export interface TurnBounds {
  readonly atOnce: number;
  /** below `atOnce`, so that one key alone never holds up the others */
  readonly perKey: number;
  readonly waiting: number;
  readonly waitingPerKey: number;
  readonly patienceMs: number;
  /** what is waited for, in the plural */
  readonly what: string;
}

interface Waiter {
  readonly key: string;
  readonly begin: () => void;
}

const retryAfter = 5;
const again = `Nothing was done. Send it again in ${retryAfter} s.`;
const gone = () => new ApiError(499, 'client_gone', 'The client went away before its turn.');

/** Lets so many go on at once, of each key and in all, and a bounded number wait: the first who may go on does. */
export function makeTurns({ atOnce, perKey, waiting, waitingPerKey, patienceMs, what }: TurnBounds): Turns {
  const running = new Map<string, number>();
  let inAll = 0;
  let line: Waiter[] = [];

  const mayBegin = (key: string) => inAll < atOnce && (running.get(key) ?? 0) < perKey;
  const leaveLine = (waiter: Waiter) => {
    line = line.filter((other) => other !== waiter);
  };
  const serveLine = () => {
    for (let next = find(); next !== undefined; next = find()) {
      leaveLine(next);
      next.begin();
    }
  };
  const find = () => line.find(({ key }) => mayBegin(key));

  function begin(key: string): () => void {
    running.set(key, (running.get(key) ?? 0) + 1);
    inAll++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = (running.get(key) ?? 0) - 1;
      if (left > 0) running.set(key, left);
      else running.delete(key);
      inAll--;
      serveLine();
    };
  }

  function assertRoom(key: string): void {
    if (line.filter((waiter) => waiter.key === key).length >= waitingPerKey)
      throw new ApiError(
        429,
        'too_many_at_once',
        `Your organization sends ${perKey} ${what} at once, and ${waitingPerKey} more wait already. ${again}`,
        { retryAfter },
      );
    if (line.length >= waiting)
      throw new ApiError(503, 'busy', `The console takes ${atOnce} ${what} at once, and too many wait. ${again}`, {
        retryAfter,
      });
  }

  const wait = (key: string, signal: AbortSignal) =>
    new Promise<() => void>((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        leaveLine(waiter);
      };
      const waiter: Waiter = {
        key,
        begin: () => {
          end();
          resolve(begin(key));
        },
      };
      const leave = () => {
        end();
        reject(gone());
      };
      const timer = setTimeout(() => {
        end();
        const seconds = Math.round(patienceMs / 1000);
        reject(
          new ApiError(503, 'busy', `The console was busy with other ${what} for ${seconds} s. ${again}`, {
            retryAfter,
          }),
        );
      }, patienceMs);
      signal.addEventListener('abort', leave, { once: true });
      line.push(waiter);
    });

  return {
    take: async (key, signal) => {
      if (signal.aborted) throw gone();
      if (mayBegin(key)) return begin(key);
      assertRoom(key);
      return wait(key, signal);
    },
  };
}
