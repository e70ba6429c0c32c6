import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokenTar, readTar, tarEnd, tarFile } from './tar';

async function* inParts(bytes: Buffer, size: number): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
async function filesOf(bytes: Buffer, partSize = 700): Promise<[string, Buffer][]> {
  const files: [string, Buffer[]][] = [];
  for await (const event of readTar(inParts(bytes, partSize))) {
    if (event.kind === 'file') files.push([event.name, []]);
    else files.at(-1)?.[1].push(Buffer.from(event.bytes));
  }
  return files.map(([name, parts]) => [name, Buffer.concat(parts)]);
}
const archive = (files: readonly (readonly [string, Buffer])[]) =>
  Buffer.concat([...files.map(([name, content]) => tarFile(name, content, 1_700_000_000)), tarEnd]);

it('is read as it was written, however it is cut', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.tuple(fc.constantFrom('a', 'stream.tar.s2.000001', 'dir/b.json'), fc.uint8Array({ maxLength: 2000 })),
        {
          maxLength: 5,
        },
      ),
      fc.integer({ min: 1, max: 3000 }),
      async (files, size) => {
        const given = files.map(([name, content]): [string, Buffer] => [name, Buffer.from(content)]);
        expect(await filesOf(archive(given), size)).toEqual(given);
      },
    ),
  ));

it('goes to and comes from the tar of the system', async () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'tar-test-'));
  try {
    const content = Buffer.from('x'.repeat(1300));
    writeFileSync(path.join(dir, 'ours.tar'), archive([['backup.json', content]]));
    execFileSync('tar', ['xf', 'ours.tar'], { cwd: dir });
    expect(readFileSync(path.join(dir, 'backup.json'))).toEqual(content);
    execFileSync('tar', ['cf', 'theirs.tar', './backup.json'], { cwd: dir });
    expect(await filesOf(readFileSync(path.join(dir, 'theirs.tar')))).toEqual([['./backup.json', content]]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

describe('what is no whole archive is told', () => {
  const whole = archive([['a', Buffer.from('x'.repeat(1000))]]);
  it.each<[string, Buffer]>([
    ['nothing at all', Buffer.alloc(0)],
    ['something else', Buffer.from('{"json": true}'.repeat(100))],
    ['without its end', whole.subarray(0, whole.length - 1024)],
    ['cut in a file', whole.subarray(0, 800)],
    ['cut in a header', whole.subarray(0, 100)],
    ['damaged in a header', Buffer.concat([Buffer.from('b'), whole.subarray(1)])],
  ])('%s', async (_, bytes) => {
    await expect(filesOf(bytes)).rejects.toThrow(BrokenTar);
  });
});
