import { captureStream, type BodyOf, type Routes } from '@jetstream-console/contract';
import type { Links } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import type { Ctx } from '../../platform/handler';
import type { Pg } from '../../platform/pg';
import { changeRequest, readIfThere } from '../manage/exactApi';
import { assertConfirmed, requireStream } from '../manage/guarded';
import { deadLetterSubjects } from './advisory';
import { assertCluster } from './list';

const madeHere = 'jetstream-console.dead-letters';
const second = 1_000_000_000;

/** Makes the stream that hears for the console while it is down, and has the workers read it. */
export async function startCapture(
  { pg, links }: { pg: Pg; links: Links },
  ctx: Ctx,
  clusterId: string,
  { megabytes, days, replicas }: BodyOf<Routes['startDeadLetterCapture']>,
): Promise<{ stream: string }> {
  requireStream(ctx, clusterId, captureStream, 'create');
  const link = await links.open(ctx, clusterId);
  const found = await readIfThere(link, 'stream', captureStream, ctx.signal);
  const metadata = found?.config['metadata'];
  if (
    found &&
    !(
      typeof metadata === 'object' &&
      metadata !== null &&
      'managed-by' in metadata &&
      metadata['managed-by'] === madeHere
    )
  )
    throw new ApiError(
      409,
      'name_taken',
      `Nothing was made: there is a stream ${captureStream} already, and the console did not make it. Rename or delete it first.`,
    );
  const config = {
    name: captureStream,
    description: 'Advisories of given-up messages, kept for the JetStream Console while it does not listen',
    subjects: [...deadLetterSubjects],
    retention: 'limits',
    storage: 'file',
    discard: 'old',
    num_replicas: replicas,
    max_bytes: megabytes * 1024 * 1024,
    max_age: days * 86_400 * second,
    max_msg_size: 64 * 1024,
    allow_direct: true,
    metadata: { 'managed-by': madeHere },
  };
  ctx.changed(found?.config ?? null, config);
  await changeRequest(link, `STREAM.${found ? 'UPDATE' : 'CREATE'}.${captureStream}`, config);
  const now = new Date();
  await pg.inOrg(ctx.principal.organizationId, async (tx) => {
    await assertCluster(tx, clusterId);
    const org_id = ctx.principal.organizationId;
    await tx
      .insertInto('dead_letter_settings')
      .values({ cluster_id: clusterId, org_id, captured: true, captured_seq: 0 })
      .onConflict((oc) => oc.column('cluster_id').doUpdateSet({ captured: true, ...(!found && { captured_seq: 0 }) }))
      .execute();
    // The time that the stream covers begins here, not where an earlier one ended.
    await tx
      .insertInto('dead_letter_spans')
      .values({ id: crypto.randomUUID(), org_id, cluster_id: clusterId, kind: 'capture', since: now, until: now })
      .execute();
  });
  return { stream: captureStream };
}

/** Deletes it. What it still held unread is read by a worker before or lost: the list says what is not covered. */
export async function stopCapture(
  { pg, links }: { pg: Pg; links: Links },
  ctx: Ctx,
  clusterId: string,
  confirm: string,
): Promise<{ stream: string }> {
  assertConfirmed(confirm, captureStream);
  requireStream(ctx, clusterId, captureStream, 'delete');
  const link = await links.open(ctx, clusterId);
  const found = await readIfThere(link, 'stream', captureStream, ctx.signal);
  ctx.changed(found?.config ?? null, null);
  if (found) await changeRequest(link, `STREAM.DELETE.${captureStream}`, undefined);
  await pg.inOrg(ctx.principal.organizationId, async (tx) => {
    await assertCluster(tx, clusterId);
    await tx
      .updateTable('dead_letter_settings')
      .set({ captured: false, captured_seq: 0, problem: null })
      .where('cluster_id', '=', clusterId)
      .execute();
  });
  return { stream: captureStream };
}
