import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Links } from '../../clusters/link';
import { attachment } from '../../platform/attachment';
import { Raw, type Ctx } from '../../platform/handler';
import { writeExact } from '../manage/exactJson';
import { mayReadAll, requireStream } from '../manage/guarded';
import type { At } from '../manage/streams';
import { takeSnapshot, type Snapshot } from './snapshot';
import { tarEnd, tarFile } from './tar';

/** Names of a backup directory of the nats CLI; the data comes in parts, since nobody knows its size before its end. */
export const files = { info: 'backup.json', data: 'stream.tar.s2', end: 'end.json' } as const;
/** One part of the archive holds so much: an archive of 5 GB has 5,000 of them. */
const partBytes = 1024 * 1024;

/** The archive, part by part, as fast as it is taken. */
async function* archive({ config, state, chunks }: Snapshot, seconds: number): AsyncGenerator<Buffer, void> {
  yield tarFile(files.info, Buffer.from(writeExact({ config, state })), seconds);
  const hash = createHash('sha256');
  let waiting: Uint8Array[] = [];
  let size = 0;
  let bytes = 0;
  let parts = 0;
  const part = () => {
    const content = Buffer.concat(waiting);
    waiting = [];
    size = 0;
    hash.update(content);
    return tarFile(`${files.data}.${String(++parts).padStart(6, '0')}`, content, seconds);
  };
  for await (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    bytes += chunk.length;
    if (size >= partBytes) yield part();
  }
  if (size > 0) yield part();
  yield tarFile(files.end, Buffer.from(JSON.stringify({ parts, bytes, sha256: hash.digest('hex') })), seconds);
  yield tarEnd;
}

export async function backupStream(links: Links, ctx: Ctx, { clusterId, stream }: At): Promise<Raw> {
  requireStream(ctx, clusterId, stream, 'operate');
  mayReadAll(ctx, clusterId, stream);
  const link = await links.open(ctx, clusterId);
  const snapshot = await takeSnapshot(link, stream, ctx.signal);
  const { messages, bytes } = snapshot.state;
  ctx.changed(null, { messages, bytes });
  return new Raw('application/x-tar', archive(snapshot, Math.floor(Date.now() / 1000)), {
    headers: {
      'content-disposition': attachment(`${stream}.backup.tar`),
      // What the stream holds, uncompressed: the archive itself is not made yet.
      'x-stream-bytes': String(bytes),
    },
    account: (sent) => ctx.changed(null, { messages, bytes, sent }),
  });
}
