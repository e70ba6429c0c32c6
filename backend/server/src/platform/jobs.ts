import type { Logger } from './log';

export interface Job {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<void>;
}

/**
 * Runs a job again and again, never twice at once; a failure is logged when it starts and when it ends.
 * @returns ends it, after the present run
 */
export function repeat(job: Job, log: Logger): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let failing = false;
  let ended = false;
  const turn = () => {
    running = job
      .run()
      .then(
        () => {
          if (failing) log.info({ job: job.name }, 'job works again');
          failing = false;
        },
        (error: unknown) => {
          if (!failing) log.warn({ err: error, job: job.name }, 'job failed; it is tried again');
          failing = true;
        },
      )
      .then(() => {
        if (!ended) timer = setTimeout(turn, job.everyMs);
      });
  };
  turn();
  return async () => {
    ended = true;
    clearTimeout(timer);
    await running;
  };
}
