import { isUtf8 } from 'node:buffer';
import type { MessageExportFormat } from '@jetstream-console/contract';
import { csvLine } from '../../platform/csv';
import type { Stored } from '../reader';

export interface ExportFormat {
  readonly type: string;
  readonly open: string;
  /** before every message but the first */
  readonly between: string;
  readonly message: (stored: Stored) => string;
  readonly close: string;
}

const inJson = ({ seq, time, subject, data, headers }: Stored): string => {
  const text = isUtf8(data);
  // Built by hand but for the escapes: an object a message costs as much as all the rest.
  return `{"seq":${seq},"time":"${time}","subject":${JSON.stringify(subject)},"headers":${headersInJson(headers())},"encoding":"${text ? 'text' : 'base64'}","payload":${JSON.stringify(data.toString(text ? 'utf8' : 'base64'))}}`;
};

const headersInJson = (pairs: readonly [string, string[]][]): string =>
  pairs.length === 0
    ? '{}'
    : `{${pairs.map(([name, values]) => `${JSON.stringify(name)}:${JSON.stringify(values)}`).join(',')}}`;

/** The first cells are the server's own; what anybody may have written is escaped, and `escaped` names its column. */
function inCsv({ seq, time, subject, data, headers }: Stored): string {
  const text = isUtf8(data);
  const encoding = text ? 'text' : 'base64';
  const cells = {
    subject,
    headers: headersInJson(headers()),
    encoding,
    payload: data.toString(text ? 'utf8' : 'base64'),
  };
  return `${seq},${time},${csvLine(cells)}`;
}

export const messageFormats: Readonly<Record<MessageExportFormat, ExportFormat>> = {
  ndjson: { type: 'application/x-ndjson; charset=utf-8', open: '', between: '\n', message: inJson, close: '\n' },
  json: { type: 'application/json; charset=utf-8', open: '[\n', between: ',\n', message: inJson, close: '\n]\n' },
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    open: 'seq,time,subject,headers,encoding,payload,escaped\r\n',
    between: '\r\n',
    message: inCsv,
    close: '\r\n',
  },
};

/** Parts of this size go out: a write for each message would cost more than making it. */
const partBytes = 256 * 1024;
/** What one UTF-16 unit takes at most as UTF-8. */
const mostBytes = 3;

/**
 * The whole of an export, part by part, as fast as it is taken. Texts are written into the bytes of a part one by one:
 * to put a part together as a text and to encode that took twice as long.
 * @param onSent how many messages the part held that is out, when the next one is asked for
 */
export async function* formatted(
  format: ExportFormat,
  windows: AsyncIterable<readonly Stored[]>,
  onSent: (messages: number) => void,
): AsyncGenerator<Uint8Array, void> {
  let part = Buffer.allocUnsafe(partBytes);
  let size = part.write(format.open);
  let held = 0;
  let any = false;
  for await (const messages of windows) {
    for (const message of messages) {
      const text = any ? format.between + format.message(message) : format.message(message);
      any = true;
      if (size + text.length * mostBytes > part.length) {
        if (size > 0) yield part.subarray(0, size);
        onSent(held);
        held = 0;
        size = 0;
        part = Buffer.allocUnsafe(Math.max(partBytes, text.length * mostBytes));
      }
      size += part.write(text, size);
      held++;
    }
  }
  if (size > 0) yield part.subarray(0, size);
  onSent(held);
  // An empty NDJSON file is empty; the end of a list has to be there.
  const end = any ? format.close : format.open === '' ? '' : format.close.trimStart();
  if (end !== '') yield Buffer.from(end);
}
