import type { Worker } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { at } from './finish.fixture';
import { ParserLost, startParser, startThread, type Parser } from './parser';

let parser: Parser | null = null;
afterEach(async () => {
  await parser?.close();
  parser = null;
});

const nothingBefore = { kind: 'open', snapshot: null, batches: [], refused: [] } as const;
/** A page that takes the thread longer than it takes to end it: what waits for it is told. */
const huge = new Uint8Array(
  gzipSync(
    JSON.stringify({
      data: {
        account_details: [{ name: 'A', stream_detail: [{ name: 'S', created: 'x', deep: Array(4_000_000).fill([]) }] }],
      },
    }),
  ),
);

it('says of every cluster that it is to be opened again when its thread ended, and goes on then', async () => {
  const lost: Error[] = [];
  let thread: Worker | null = null;
  parser = startParser(
    (error) => lost.push(error),
    () => (thread = startThread()),
  );
  await parser.ask<'open'>('one', nothingBefore);
  await parser.ask<'open'>('two', nothingBefore);
  await parser.ask<'begin'>('two', { kind: 'begin' });
  const reply = { kind: 'jsz', answer: { server: 'n1', at: at(0) }, account: 'A', data: huge, gzip: true } as const;
  const refused = expect(parser.ask<'jsz'>('one', reply)).rejects.toThrow(ParserLost);
  await thread!.terminate();
  await refused;
  expect(lost).toHaveLength(1);
  // Nobody waited for anything of this one, and it is gone all the same.
  await expect(parser.ask<'begin'>('two', { kind: 'begin' })).rejects.toThrow(ParserLost);
  await parser.ask<'open'>('two', nothingBefore);
  expect(await parser.ask<'begin'>('two', { kind: 'begin' })).toBeNull();
  await expect(parser.ask<'begin'>('one', { kind: 'begin' })).rejects.toThrow(ParserLost);
});
