import { connect as tcpConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { ClusterSettings, Credential } from '@jetstream-console/contract';
import { z } from 'zod';
import { tlsOf } from './options';

/** A step on the wire that takes longer has failed. */
export const wireTimeoutMs = 3000;
/** A NATS server speaks at once; one that says nothing for this long waits for a TLS handshake. */
const silenceMs = 1200;

export function dial(host: string, port: number, timeoutMs = wireTimeoutMs): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = tcpConnect({ host, port, timeout: timeoutMs });
    socket.once('connect', () => {
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.once('timeout', () => socket.destroy(new Error('no answer in time')));
    socket.once('error', reject);
  });
}

const infoSchema = z.looseObject({
  tls_required: z.boolean().optional(),
  tls_available: z.boolean().optional(),
  version: z.string().optional(),
  server_name: z.string().optional(),
});
export type Info = z.infer<typeof infoSchema>;

/** The INFO line a NATS server opens with; null where it waits for a TLS handshake, as TLS-first servers do. */
export function readInfo(socket: Socket): Promise<Info | null> {
  return new Promise((resolve, reject) => {
    let text = '';
    const settle = (done: () => void) => {
      clearTimeout(timer);
      socket.off('data', onData).off('error', onError).off('close', onClose);
      // Whoever goes on with this socket listens for itself; until then an error must not end the process.
      socket.on('error', () => socket.destroy());
      done();
    };
    const onError = (error: Error) => settle(() => reject(error));
    const onClose = () => settle(() => reject(new Error('it closed the connection at once')));
    const onData = (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const line = /^INFO (\{.*?\})\s*\r\n/s.exec(text);
      if (line) {
        const parsed = infoSchema.safeParse(safeJson(line[1] ?? ''));
        settle(() => (parsed.success ? resolve(parsed.data) : reject(new Error('it does not speak NATS'))));
      } else if (text.length > 65_536 || !'INFO '.startsWith(text.slice(0, 5))) {
        settle(() => reject(new Error('it does not speak NATS')));
      }
    };
    const timer = setTimeout(() => settle(() => resolve(null)), silenceMs);
    socket.on('data', onData).on('error', onError).on('close', onClose);
  });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * A TLS handshake that both sides have agreed to. In TLS 1.3 the client is done before the server has looked at its
 * certificate, so one PING is sent: any answer, a refusal of NATS included, says that TLS stands.
 * @returns what to tell of it
 */
export function handshake(
  socket: Socket,
  settings: Pick<ClusterSettings, 'tls'>,
  credential: Credential | null,
  host: string,
  timeoutMs = wireTimeoutMs,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = '';
    const secure = tlsConnect({ ...tlsOf(settings, credential, [host]), socket }, () => {
      const { subject, valid_to } = secure.getPeerCertificate();
      told = `${secure.getProtocol() ?? 'TLS'}, certificate of ${subject?.CN ?? 'the server'}, good until ${valid_to}`;
      secure.write('PING\r\n');
    });
    secure.once('data', () => resolve(told));
    secure.once('close', () => reject(new Error('the server closed the connection after the handshake')));
    secure.once('error', reject);
    secure.setTimeout(timeoutMs, () => secure.destroy(new Error('no TLS handshake in time')));
  });
}

/** Whether a port that says nothing by itself answers to HTTP, as the monitoring port of a NATS server does. */
export async function speaksHttp(host: string, port: number): Promise<boolean> {
  const socket = await dial(host, port);
  return new Promise((resolve) => {
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (chunk: Buffer) => end(chunk.toString('latin1').startsWith('HTTP/')));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
    socket.setTimeout(silenceMs, () => end(false));
    socket.write('HEAD / HTTP/1.0\r\n\r\n');
  });
}
