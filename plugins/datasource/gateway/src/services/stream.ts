import { askingBy } from '../backend/asker';
import type { BackendOf } from '../backend/backends';
import { Failure } from '../backend/failure';
import { runLive } from '../live/run';
import { checkTicket, isRefusal, readTicketPath } from '../live/ticket';
import { streamStatus, type StreamPacket, type StreamRequest, type StreamResponse } from '../protocol/pluginv2';
import { streaming, unary, type CallDeps } from './calls';

interface Deps extends CallDeps {
  readonly backendOf: BackendOf;
  readonly recheckMs: number;
}

const nothing = new Uint8Array(0);

function ticketOf(backendOf: BackendOf, { pluginContext, path, headers }: StreamRequest) {
  const asking = askingBy(pluginContext, headers);
  return { path: readTicketPath(path), backend: backendOf(pluginContext), asking };
}

async function subscribe(deps: Deps, request: StreamRequest, signal: AbortSignal): Promise<StreamResponse> {
  try {
    const ticket = ticketOf(deps.backendOf, request);
    // The ticket is its principal's alone, so there must be somebody to compare with.
    if (ticket.asking.idToken === null)
      throw new Failure(403, 'downstream', 'Grafana sent no identity along with this subscription.');
    const schema = await checkTicket(ticket, 'subscribe', signal);
    return { status: streamStatus.ok, data: Buffer.from(JSON.stringify({ schema })) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    deps.log.info('a live subscription was refused', { why: error.message });
    return { status: error.status === 404 ? streamStatus.notFound : streamStatus.permissionDenied, data: nothing };
  }
}

async function run(
  deps: Deps,
  request: StreamRequest,
  send: (packet: StreamPacket) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  deps.metrics.streams.inc();
  try {
    const refusal = await runLive({
      ticket: ticketOf(deps.backendOf, request),
      recheckMs: deps.recheckMs,
      log: deps.log,
      signal,
      send: (data) => send({ data }),
    });
    // Ends without an error, which Grafana would answer by starting the stream again.
    if (refusal) deps.log.info('a live stream was ended by the console', { why: refusal.message });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    deps.log.info('a live stream was refused', { why: error.message });
  } finally {
    deps.metrics.streams.dec();
  }
}

export function streamService(deps: Deps) {
  return {
    SubscribeStream: unary<StreamRequest, StreamResponse>(deps, 'SubscribeStream', (request, signal) =>
      subscribe(deps, request, signal),
    ),
    RunStream: streaming<StreamRequest, StreamPacket>(deps, 'RunStream', (request, send, signal) =>
      run(deps, request, send, signal),
    ),
    /** Browsers only listen. */
    PublishStream: unary<StreamRequest, StreamResponse>(deps, 'PublishStream', () =>
      Promise.resolve({ status: streamStatus.permissionDenied, data: nothing }),
    ),
  };
}
