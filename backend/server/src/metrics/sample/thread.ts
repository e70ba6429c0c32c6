import { parentPort } from 'node:worker_threads';
import { makeHandler } from './handle';
import { Refusal } from './intake';
import type { Answers, Kind, Request, Response } from './protocol';

const handle = makeHandler();
const port = parentPort;
if (!port) throw new Error('This file runs as a worker thread');

/** Bytes that go back are handed over. */
function owned(answer: Answers[Kind]): ArrayBuffer[] {
  if (answer === null || typeof answer !== 'object' || !('batches' in answer)) return [];
  return [...answer.batches.map(({ body }) => body), answer.snapshot].flatMap(({ buffer }) =>
    buffer instanceof ArrayBuffer ? [buffer] : [],
  );
}

async function answer({ id, cluster, ask }: Request): Promise<void> {
  let response: Response;
  let transfer: ArrayBuffer[] = [];
  try {
    const answered = await handle(cluster, ask);
    transfer = owned(answered);
    response = { id, ok: true, answer: answered };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    response = { id, ok: false, code: error instanceof Refusal ? error.code : null, message };
  }
  port?.postMessage(response, transfer);
}

port.on('message', (request: Request) => void answer(request));
