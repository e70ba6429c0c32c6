import type { Message } from '@jetstream-console/contract';
import type { Frame, FrameMeta } from '../frames/frame';

/** Hex digits shown of a payload that is no text. */
const hexShown = 256;

/** RFC 3339 with nanoseconds as milliseconds, the fraction kept. */
export function instantMs(text: string): number {
  const digits = /\.(\d+)/.exec(text)?.[1] ?? '';
  const nanoseconds = Number(digits.padEnd(9, '0').slice(3, 9));
  return Date.parse(text) + nanoseconds / 1e6;
}

/** What stands in a log line: the decoded text, else the bytes in hex; where it is cut, that is said. */
export function bodyOf({ payload, decoded }: Message): string {
  if (payload.format === 'empty') return '';
  if (decoded?.text) return decoded.truncated ? `${decoded.text}… (${payload.decodedSize} bytes)` : decoded.text;
  if (payload.text !== null)
    return payload.truncated ? `${payload.text}… (${payload.decodedSize} bytes)` : payload.text;
  return `[binary, ${payload.size} bytes] ${payload.hex?.slice(0, hexShown) ?? ''}`;
}

export function labelsOf(message: Message, cluster: string, stream: string): Record<string, string> {
  return {
    cluster,
    stream,
    subject: message.subject,
    seq: String(message.seq),
    ...Object.fromEntries(message.headers.map(({ name, values }) => [`header_${name}`, values.join(', ')])),
  };
}

/** Messages as Grafana's log lines, newest first; the id is that of the message in its stream. */
export function logFrame(messages: readonly Message[], cluster: string, stream: string, meta: FrameMeta): Frame {
  return {
    name: stream,
    meta: { type: 'log-lines', typeVersion: [0, 0], preferredVisualisationType: 'logs', ...meta },
    fields: [
      { name: 'timestamp', type: 'time', values: messages.map(({ time }) => instantMs(time)) },
      { name: 'body', type: 'string', values: messages.map(bodyOf) },
      { name: 'id', type: 'string', values: messages.map(({ seq }) => `${stream}:${seq}`) },
      { name: 'labels', type: 'json', values: messages.map((message) => labelsOf(message, cluster, stream)) },
    ],
  };
}
