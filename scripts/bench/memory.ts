import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { report } from './report';
import type { World } from './world';

/** Resident memory of a process in kB, as Linux tells it. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN);
}

export interface Watched<T> {
  readonly result: T;
  /** kB */
  readonly before: number;
  readonly most: number;
}

/** Does something, and looks four times a second at the memory of the api. */
export async function watched<T>({ api }: Pick<World, 'api'>, work: () => Promise<T>): Promise<Watched<T>> {
  const before = await memoryOf(api.pid);
  let most = before;
  const done = new AbortController();
  const looking = (async () => {
    while (!done.signal.aborted) {
      most = Math.max(most, await memoryOf(api.pid));
      await delay(250);
    }
  })();
  try {
    return { result: await work(), before, most };
  } finally {
    done.abort();
    await looking;
  }
}

const mebibytes = (kilobytes: number) => `${Math.round(kilobytes / 1024)} MiB`;

export const tellMemory = (what: string, { before, most }: Watched<unknown>): void =>
  report({ what: `memory of the api during ${what}`, ours: `${mebibytes(before)} before, ${mebibytes(most)} at most` });
