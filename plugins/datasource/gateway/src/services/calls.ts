import { status, type handleServerStreamingCall, type handleUnaryCall, type ServerWritableStream } from '@grpc/grpc-js';
import { Failure } from '../backend/failure';
import type { Log } from '../process/log';
import type { Metrics } from '../process/metrics';
import { callStatus } from '../protocol/status';

export interface CallDeps {
  readonly log: Log;
  readonly metrics: Metrics;
  /** aborts when the gateway stops */
  readonly ended: AbortSignal;
}

/** Aborts when Grafana cancels the call or the gateway stops. `release` lets go of the latter, which outlives the call. */
function callSignal(call: { on(event: 'cancelled', listener: () => void): unknown }, ended: AbortSignal) {
  const gone = new AbortController();
  const end = () => gone.abort(new Error('The call was cancelled.'));
  call.on('cancelled', end);
  ended.addEventListener('abort', end, { once: true });
  if (ended.aborted) end();
  return { signal: gone.signal, release: () => ended.removeEventListener('abort', end) };
}

function failed(deps: CallDeps, name: string, error: unknown) {
  // What the console or the network says goes to the asker; a bug of ours belongs in the log.
  if (!(error instanceof Failure))
    deps.log.error('a call failed', {
      call: name,
      why: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
  return callStatus(error);
}

const cancelled = { code: status.CANCELLED, details: 'The call was cancelled.' };

export function unary<Req, Res>(
  deps: CallDeps,
  name: string,
  work: (request: Req, signal: AbortSignal) => Promise<Res>,
): handleUnaryCall<Req, Res> {
  return (call, callback) => {
    const { signal, release } = callSignal(call, deps.ended);
    const done = deps.metrics.start(name);
    work(call.request, signal)
      .then(
        (response) => {
          done('ok');
          callback(null, response);
        },
        (error: unknown) => {
          done(signal.aborted ? 'cancelled' : 'error');
          callback(signal.aborted ? cancelled : failed(deps, name, error));
        },
      )
      .finally(release);
  };
}

/** Writes one message, and waits while Grafana reads slower than we write. */
function writer<Req, Res>(call: ServerWritableStream<Req, Res>, signal: AbortSignal): (message: Res) => Promise<void> {
  return async (message) => {
    signal.throwIfAborted();
    if (call.write(message)) return;
    await new Promise<void>((resolve) => {
      const go = () => {
        call.off('drain', go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      call.once('drain', go);
      signal.addEventListener('abort', go, { once: true });
    });
  };
}

export function streaming<Req, Res>(
  deps: CallDeps,
  name: string,
  work: (request: Req, send: (message: Res) => Promise<void>, signal: AbortSignal) => Promise<void>,
): handleServerStreamingCall<Req, Res> {
  return (call) => {
    const { signal, release } = callSignal(call, deps.ended);
    const done = deps.metrics.start(name);
    work(call.request, writer(call, signal), signal)
      .then(
        () => {
          done(signal.aborted ? 'cancelled' : 'ok');
          call.end();
        },
        (error: unknown) => {
          done(signal.aborted ? 'cancelled' : 'error');
          if (signal.aborted) call.end();
          else call.emit('error', Object.assign(new Error('failed'), failed(deps, name, error)));
        },
      )
      .finally(release);
  };
}
