import { performance } from 'node:perf_hooks';
import type { QueryOf, ResponseOf, Routes } from '@jetstream-console/contract';
import type { Ctx } from '../../platform/handler';
import { documentOf } from '../decode';
import type { At } from '../manage/streams';
import { streamFacts, type Readers } from '../messages';
import { makeReader } from '../reader';
import { emptyProgress, scan } from '../scan';
import { makeSampler } from './inferSchema';
import { messageGate } from './rights';

const limits = { bytes: 64 * 1024 * 1024, ms: 10_000 };

/** Looks at the newest messages, and tells what their payloads have in common. */
export async function getMessageSchema(
  { links, types }: Readers,
  ctx: Ctx,
  { clusterId, stream }: At,
  { subject, sample }: QueryOf<Routes['getMessageSchema']>,
): Promise<ResponseOf<Routes['getMessageSchema']>> {
  const started = performance.now();
  const askedAt = new Date().toISOString();
  const link = await links.open(ctx, clusterId);
  const typeOf = await types.ofStream(ctx, clusterId, stream);
  const facts = await streamFacts(link, stream, true);
  const start = facts.lastSeq + 1;
  const progress = emptyProgress(start, facts.firstSeq, facts.lastSeq);
  const messages = scan(
    makeReader(link, facts, ctx.signal),
    facts,
    {
      direction: 'older',
      start,
      limit: sample,
      subject,
      filter: null,
      visible: messageGate(ctx, ['read'], clusterId, stream),
      limits: { scan: 20 * sample, ...limits },
    },
    progress,
    ctx.signal,
  );
  const sampler = makeSampler();
  const others = { empty: 0, text: 0, binary: 0 };
  const seqs: number[] = [];
  for await (const { seq, subject: of, data } of messages) {
    seqs.push(seq);
    const document = documentOf(data, typeOf(of));
    if (document.kind === 'document') sampler.add(document.value);
    else others[document.kind]++;
  }
  return {
    sampled: seqs.length,
    documents: sampler.documents(),
    others,
    fromSeq: seqs.at(-1) ?? null,
    toSeq: seqs[0] ?? null,
    ...sampler.result(),
    provenance: {
      source: facts.direct ? 'DIRECT.GET' : 'STREAM.MSG.GET',
      askedAt,
      tookMs: Math.round(performance.now() - started),
    },
  };
}
