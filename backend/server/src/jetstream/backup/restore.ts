import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link, Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import { readIfThere } from '../manage/exactApi';
import { parseExact } from '../manage/exactJson';
import { requireFlows } from '../manage/flows';
import { requireStream } from '../manage/guarded';
import { shown } from '../manage/plan';
import type { At } from '../manage/streams';
import { files } from './backup';
import { beginRestore, type RestoreWriter } from './restoreWriter';
import { BrokenTar, readTar } from './tar';

/** Configuration and state as JSON; far more than any stream's. */
const mostInfoBytes = 1024 * 1024;

const info = z.looseObject({ config: z.looseObject({ name: z.string() }), state: z.looseObject({}) });
type Info = z.infer<typeof info>;
const ending = z.object({ parts: z.number(), bytes: z.number(), sha256: z.string() });

const broken = (why: string) =>
  new ApiError(400, 'backup_unusable', `This backup cannot be used: ${why}. Nothing is left of it.`);

function parseJson(bytes: Buffer, name: string): unknown {
  try {
    return parseExact(bytes.toString('utf8'));
  } catch {
    throw broken(`its ${name} is no JSON`);
  }
}

function parseInfo(bytes: Buffer, stream: string): Info {
  const parsed = info.safeParse(parseJson(bytes, files.info));
  if (!parsed.success) throw broken(`its ${files.info} holds no configuration and state of a stream`);
  const { name } = parsed.data.config;
  if (name !== stream)
    throw new ApiError(
      409,
      'wrong_stream',
      `This is a backup of ${name}. NATS restores a stream under its own name alone: restore it as ${name}.`,
    );
  return parsed.data;
}

const fileOf = (name: string): keyof typeof files | null => {
  const base = name.replace(/^(?:.*\/)?/, '');
  if (base === files.info) return 'info';
  if (base === files.end) return 'end';
  return base === files.data || base.startsWith(`${files.data}.`) ? 'data' : null;
};

interface Restoring {
  readonly start: (info: Info) => Promise<RestoreWriter>;
  writer: RestoreWriter | null;
}

/** Reads the archive to its end and hands over what it holds. @throws ApiError 400 where it is not whole */
async function copyIn(parts: AsyncIterable<Buffer>, stream: string, restoring: Restoring): Promise<RestoreWriter> {
  const hash = createHash('sha256');
  let bytes = 0;
  let kind: keyof typeof files | null = null;
  const small: Record<'info' | 'end', Buffer[]> = { info: [], end: [] };
  const begin = async () => {
    if (small.info.length === 0) throw broken(`${files.info} has to come before the data`);
    return restoring.start(parseInfo(Buffer.concat(small.info), stream));
  };
  for await (const event of readTar(parts)) {
    if (event.kind === 'file') {
      kind = fileOf(event.name);
      if (kind !== null && kind !== 'data' && event.size > mostInfoBytes)
        throw broken(`its ${files[kind]} is too large`);
      if (kind === 'data') restoring.writer ??= await begin();
    } else if (kind === 'data') {
      hash.update(event.bytes);
      bytes += event.bytes.length;
      await restoring.writer?.write(event.bytes);
    } else if (kind !== null) small[kind].push(Buffer.from(event.bytes));
  }
  const { writer } = restoring;
  if (writer === null) throw broken(`it holds no ${files.data}`);
  // A backup of the nats CLI has none; then the end of the archive is what tells that it is whole.
  if (small.end.length > 0) {
    const told = ending.safeParse(parseJson(Buffer.concat(small.end), files.end));
    if (!told.success || told.data.bytes !== bytes || told.data.sha256 !== hash.digest('hex'))
      throw broken('its content is not what was backed up');
  }
  return writer;
}

async function assertAbsent(link: Link, stream: string, signal: AbortSignal): Promise<void> {
  if ((await readIfThere(link, 'stream', stream, signal)) !== null)
    throw new ApiError(
      409,
      'stream_exists',
      `There is a stream ${stream}. A restore makes a new one: delete that one first, or restore into another cluster.`,
    );
}

export async function restoreStream(
  links: Links,
  ctx: Ctx,
  { clusterId, stream }: At,
): Promise<ResponseOf<Routes['restoreStream']>> {
  requireStream(ctx, clusterId, stream, 'operate');
  requireStream(ctx, clusterId, stream, 'create');
  const link = await links.open(ctx, clusterId);
  await assertAbsent(link, stream, ctx.signal);
  const restoring: Restoring = {
    writer: null,
    start: async ({ config, state }) => {
      requireFlows(ctx, clusterId, {}, config);
      ctx.changed(null, shown(config));
      return beginRestore(link, stream, { config, state });
    },
  };
  try {
    const writer = await copyIn(ctx.upload.parts, stream, restoring);
    const { messages, bytes, first_seq, last_seq, consumer_count } = await writer.finish();
    return { restored: true, messages, bytes, firstSeq: first_seq, lastSeq: last_seq, consumers: consumer_count };
  } catch (error) {
    await restoring.writer?.abort();
    throw error instanceof BrokenTar ? broken(error.message) : error;
  }
}
