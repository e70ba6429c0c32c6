import { Worker } from 'node:worker_threads';
import type { Answers, Ask, Kind, Request, Response } from './protocol';

/** A reply that could not be used: the server refused, or said something that is no answer. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';
  constructor(
    /** the server's own code, null for a reply that cannot be read */
    readonly code: number | null,
    message: string,
  ) {
    super(message);
  }
}

/** The thread ended: all that it knew is gone, and clusters have to be opened again. */
export class ParserLost extends Error {
  override readonly name = 'ParserLost';
}

export interface Parser {
  /** @throws ReplyError; ParserLost where the thread ended since the cluster was opened, or it never was */
  ask<K extends Kind>(cluster: string, ask: Extract<Ask, { kind: K }>): Promise<Answers[K]>;
  close(): Promise<void>;
}

/**
 * Beyond this V8 ends the thread, which is then started anew, instead of taking the machine's memory. Where one
 * single allocation goes far beyond, V8 ends the process, as it does without a thread: another worker takes over.
 */
const maxHeapMb = 1024;

/** From sources a thread needs the loader that this process itself was started with; a bundle needs nothing. */
export function startThread(): Worker {
  const file = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url);
  const resourceLimits = { maxOldGenerationSizeMb: maxHeapMb };
  return import.meta.url.endsWith('.ts')
    ? new Worker(
        `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(file.href)}); })`,
        { eval: true, resourceLimits },
      )
    : new Worker(file, { resourceLimits });
}

/** Copies what is handed over: a message's bytes are a view into a buffer that the NATS client goes on using. */
function handOver(ask: Ask): { ask: Ask; transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = [];
  const own = (data: Uint8Array): Uint8Array => {
    const copy = new Uint8Array(data);
    transfer.push(copy.buffer);
    return copy;
  };
  if (ask.kind === 'consumers')
    return {
      ask: { ...ask, pages: ask.pages.map((page) => (page.data ? { ...page, data: own(page.data) } : page)) },
      transfer,
    };
  if ('data' in ask) return { ask: { ...ask, data: own(ask.data) }, transfer };
  return { ask, transfer };
}

/**
 * The thread that unpacks, parses, merges and writes rows, so that thirty megabytes of JSON never hold up the
 * loop that renews leases and answers pings. It is started anew when it ends.
 */
export function startParser(onLost: (error: Error) => void, thread = startThread): Parser {
  const waiting = new Map<number, { resolve: (answer: Answers[Kind]) => void; reject: (error: Error) => void }>();
  let next = 1;
  let closed = false;
  let worker: Worker | null = null;
  /** clusters that the thread which is there knows */
  const opened = new Set<string>();
  const failAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = thread();
    let cause: unknown;
    started.on('message', (response: Response) => {
      const found = waiting.get(response.id);
      waiting.delete(response.id);
      if (response.ok) found?.resolve(response.answer);
      else found?.reject(new ReplyError(response.code, response.message));
    });
    // An exit follows each error, and comes without one where the thread ended by itself.
    started.on('error', (error) => {
      cause = error;
    });
    started.on('exit', () => {
      worker = null;
      opened.clear();
      const lost = new ParserLost('The parsing thread ended', { cause });
      if (!closed) onLost(lost);
      failAll(lost);
    });
    return started;
  };
  return {
    ask: <K extends Kind>(cluster: string, ask: Extract<Ask, { kind: K }>) =>
      new Promise<Answers[K]>((resolve, reject) => {
        if (closed) {
          reject(new ParserLost('The parsing thread was stopped'));
          return;
        }
        if (ask.kind === 'open') opened.add(cluster);
        else if (!opened.has(cluster)) {
          reject(new ParserLost('The parsing thread ended: what it knew of this cluster is gone'));
          return;
        }
        if (ask.kind === 'close') opened.delete(cluster);
        worker ??= start();
        const id = next++;
        // Each kind of question has its kind of answer: the thread answers with the id of the question.
        waiting.set(id, { resolve: (answer) => resolve(answer as Answers[K]), reject });
        const { ask: owned, transfer } = handOver(ask);
        worker.postMessage({ id, cluster, ask: owned } satisfies Request, transfer);
      }),
    close: async () => {
      closed = true;
      await worker?.terminate();
    },
  };
}
