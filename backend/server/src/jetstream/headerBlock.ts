import type { Msg } from '@nats-io/transport-node';

/** Headers as they stand in a block: by name in the order of first sight, each with its values in theirs. */
export type HeaderList = [name: string, values: string[]][];

/** The client's messages tell their size: subject, headers and payload. Its types do not say so. */
type Sized = Pick<Msg, 'data'> & { size?(): number };

const versionLine = 'NATS/1.0\r\n';
const lineEnd = '\r\n';

/**
 * The header block of a message as text, or null where it has none or does not lie where it is looked for.
 *
 * The client decodes headers into a map of lists, which takes longer than all the rest of reading a message. What it
 * hands out as payload is the end of the bytes that came, and its header block lies right before it: how long that is
 * follows from the size of the message. Both ends of the block are looked at before it is believed.
 * @param subjectBytes length of the subject that the message came on
 */
export function headerBlockOf(msg: Sized, subjectBytes: number): string | null {
  const { data } = msg;
  const length = (msg.size?.() ?? 0) - subjectBytes - data.length;
  const start = data.byteOffset - length;
  if (length < versionLine.length || start < 0) return null;
  const text = Buffer.from(data.buffer, start, length).toString('utf8');
  return text.startsWith(versionLine) && text.endsWith(lineEnd + lineEnd) ? text : null;
}

/**
 * Every line of a block as name and value, in order; a line without a name is none. An empty line ends nothing: who
 * writes the protocol by hand may have put one before what the server adds.
 */
export function eachHeader(block: string, take: (name: string, value: string) => void): void {
  let at = versionLine.length;
  for (;;) {
    const end = block.indexOf(lineEnd, at);
    if (end < 0) return;
    const colon = block.indexOf(':', at);
    if (colon > at && colon < end) take(block.slice(at, colon), block.slice(colon + 1, end).trim());
    at = end + lineEnd.length;
  }
}

export function addHeader(list: HeaderList, name: string, value: string): void {
  const known = list.find(([other]) => other === name);
  if (known) known[1].push(value);
  else list.push([name, [value]]);
}

export function headersIn(block: string): HeaderList {
  const list: HeaderList = [];
  eachHeader(block, (name, value) => addHeader(list, name, value));
  return list;
}
