/** Longer than any frame that is worth pushing to a browser. */
export const longestEvent = 8 * 1024 * 1024;

/**
 * The data of server-sent events, out of a body that arrives in pieces. Comments, ids and names are left out: the
 * console sends none that matter here.
 * @throws RangeError on an event that does not end
 */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  let size = 0;
  for await (const piece of body) {
    rest += decoder.decode(piece, { stream: true });
    // A carriage return at the end may be the first half of a line's end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield data.join('\n');
        [data, size] = [[], 0];
      } else if (line === 'data' || line.startsWith('data:')) {
        const value = line.slice(5).replace(/^ /, '');
        data.push(value);
        size += value.length;
      }
    }
    if (rest.length + size > longestEvent) throw new RangeError('an event is longer than 8 MiB');
  }
}
