import {
  status,
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
} from '@grpc/grpc-js';
import { servingStatus } from '../protocol/goPlugin';
import type { Life } from '../process/life';

type Watched = { on(event: 'cancelled', listener: () => void): unknown; end(): unknown };

/** Keeps a call open until the host or the gateway ends it. */
function hold(call: Watched, life: Life, onCancelled?: () => void): void {
  const end = () => call.end();
  life.ended.addEventListener('abort', end, { once: true });
  call.on('cancelled', () => {
    life.ended.removeEventListener('abort', end);
    onCancelled?.();
  });
}

/** What go-plugin's host asks of the process itself. */
export function goPluginServices(life: Life) {
  const Shutdown: handleUnaryCall<object, object> = (_call, callback) => {
    callback(null, {});
    setImmediate(() => life.end('the host asked for it'));
  };
  /** stdout and stderr go by their pipes; the stream is there because its end tells that the host has gone. */
  const StreamStdio: handleServerStreamingCall<object, object> = (call) => hold(call, life, life.suspect);
  /** The host offers connections of its own; nothing here asks for one. */
  const StartStream: handleBidiStreamingCall<object, object> = (call) => {
    call.resume();
    call.on('end', () => call.end());
    hold(call, life);
  };
  const known = (service: string) => service === '' || service === 'plugin';
  const Check: handleUnaryCall<{ service: string }, { status: number }> = (call, callback) => {
    if (known(call.request.service)) callback(null, { status: servingStatus.serving });
    else callback({ code: status.NOT_FOUND, details: 'There is no such service.' });
  };
  const Watch: handleServerStreamingCall<{ service: string }, { status: number }> = (call) => {
    call.write({ status: known(call.request.service) ? servingStatus.serving : servingStatus.unknown });
    hold(call, life);
  };
  return { controller: { Shutdown }, stdio: { StreamStdio }, broker: { StartStream }, health: { Check, Watch } };
}
