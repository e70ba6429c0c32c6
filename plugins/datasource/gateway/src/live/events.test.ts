import { describe, expect, it } from 'vitest';
import { longestEvent, readEvents } from './events';

async function* pieces(...texts: (string | Uint8Array)[]) {
  for (const text of texts) yield await Promise.resolve(typeof text === 'string' ? Buffer.from(text) : text);
}
async function all(body: AsyncIterable<Uint8Array>): Promise<string[]> {
  const found: string[] = [];
  for await (const event of readEvents(body)) found.push(event);
  return found;
}

describe('server-sent events', () => {
  it('are read whatever the pieces are', async () => {
    const text =
      ': hello\n\nid: 1\nevent: frame\ndata: {"a":1}\n\ndata:two\ndata: lines\n\ndata: ünï木\r\n\r\ndata: last\n\n';
    const expected = ['{"a":1}', 'two\nlines', 'ünï木', 'last'];
    expect(await all(pieces(text))).toEqual(expected);
    const bytes = Buffer.from(text);
    expect(await all(pieces(...Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))))).toEqual(expected);
  });

  it('leave an event out that was cut off', async () => {
    expect(await all(pieces('data: whole\n\ndata: half'))).toEqual(['whole']);
  });

  it('are refused when one does not end', async () => {
    const chunk = 'x'.repeat(longestEvent / 4);
    await expect(all(pieces('data: ', chunk, chunk, chunk, chunk, chunk))).rejects.toThrow(/longer/);
    const line = `data: ${chunk}\n`;
    await expect(all(pieces(line, line, line, line, line))).rejects.toThrow(/longer/);
  });
});
