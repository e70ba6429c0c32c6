import { matchesName, mostCopyBytes, type CopyState } from '@jetstream-console/contract';
import { sql } from 'kysely';
import type { Pg, Tx } from '../../platform/pg';
import type { Stored } from '../reader';
import type { Heard } from './advisory';

/** Whose dead letters. */
export interface Of {
  readonly organizationId: string;
  readonly clusterId: string;
}
export interface WorkerSettings {
  readonly keepStreams: readonly string[];
  readonly captured: boolean;
  readonly capturedSeq: number;
  /** of the stream that was read up to there; null before the first time */
  readonly capturedCreated: string | null;
  readonly problem: string | null;
}
export const noSettings: WorkerSettings = {
  keepStreams: [],
  captured: false,
  capturedSeq: 0,
  capturedCreated: null,
  problem: null,
};

/** A letter, and the creation of the stream that had it; null: not known. */
export type Placed = Heard & { readonly created: string | null };

/** What the stream had of a letter that is to be copied; null: it is gone. */
export interface Found {
  readonly letter: string;
  readonly message: Stored | null;
}

export interface SpanWritten {
  readonly id: string;
  readonly kind: 'listener' | 'capture';
  readonly since: Date;
  readonly until: Date;
}
export interface Wanted {
  readonly id: string;
  readonly stream: string;
  readonly seq: number;
  readonly at: Date;
  readonly created: string | null;
}

/** A dead letter stays so long in the list, and a cluster has no more than so many: the oldest go. */
export const letterBounds = { days: 90, letters: 1_000_000 } as const;
type Bounds = Readonly<Record<keyof typeof letterBounds, number>>;
/** One insert of this many rows stays far below PostgreSQL's bound on parameters. */
const rowsAtOnce = 500;

/** What workers write: they act for nobody, and cross tenants. */
export interface WorkerStore {
  settings(): Promise<Map<string, WorkerSettings>>;
  /**
   * Letters, and the time up to which all are here, in one commit: of a time that is told as covered none is missing.
   * @param captured how far the captured ones are read, and in which stream of that name
   */
  write(
    of: Of,
    letters: readonly Placed[],
    span: SpanWritten,
    captured?: { readonly seq: number; readonly created: string },
  ): Promise<void>;
  /** the newest time that captured advisories cover */
  captureSpan(of: Of): Promise<SpanWritten | null>;
  /** what stands in the way of collecting; null: nothing */
  problem(of: Of, problem: string | null): Promise<void>;
  wanted(of: Of, limit: number): Promise<Wanted[]>;
  /** what could not be read this time is tried again later, and others before it */
  postpone(letters: readonly string[], until: Date): Promise<void>;
  keep(of: Of, found: readonly Found[]): Promise<void>;
  sweep(nowMs: number): Promise<number>;
}

/** As it is at this moment: what is given up after somebody asked for copies gets one. */
async function keptStreams(tx: Tx, clusterId: string): Promise<readonly string[]> {
  const row = await tx
    .selectFrom('dead_letter_settings')
    .select('keep_streams')
    .where('cluster_id', '=', clusterId)
    .executeTakeFirst();
  return row?.keep_streams ?? [];
}

const messageOf = (of: Pick<Placed, 'stream' | 'consumer'> & { readonly seq: number | string }) =>
  JSON.stringify([of.stream, of.consumer, String(of.seq)]);

/**
 * What is no second word about a message that is open already: a client that terminates a message after its deliveries
 * ran out makes two advisories of it, and to send both again would be one too many.
 */
async function unheard(tx: Tx, clusterId: string, letters: readonly Placed[]): Promise<Placed[]> {
  const known = await tx
    .selectFrom('dead_letters')
    .select(['stream', 'consumer', 'seq'])
    .where('cluster_id', '=', clusterId)
    .where('state', 'in', ['open', 'retrying'])
    .where((eb) =>
      eb(
        eb.refTuple('stream', 'consumer', 'seq'),
        'in',
        letters.map(({ stream, consumer, seq }) => eb.tuple(stream, consumer, String(seq))),
      ),
    )
    .execute();
  const seen = new Set(known.map(messageOf));
  return letters.filter((letter) => {
    const key = messageOf(letter);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Bytes that copies of a cluster may still take. */
async function roomOf(tx: Tx, clusterId: string): Promise<number> {
  const { rows } = await sql<{ room: string | null }>`select keep_megabytes::bigint * 1048576 - coalesce(
      (select sum(bytes) from dead_letter_copies where cluster_id = ${clusterId}), 0) as room
    from dead_letter_settings where cluster_id = ${clusterId}`.execute(tx);
  return Number(rows[0]?.room ?? 0);
}

export function makeWorkerStore(pg: Pg, bounds: Bounds = letterBounds): WorkerStore {
  return {
    settings: () =>
      pg.asSystem(async (db) => {
        const rows = await db.selectFrom('dead_letter_settings').selectAll().execute();
        return new Map(
          rows.map((row) => [
            row.cluster_id,
            {
              keepStreams: row.keep_streams,
              captured: row.captured,
              capturedSeq: Number(row.captured_seq),
              capturedCreated: row.captured_created,
              problem: row.problem,
            },
          ]),
        );
      }),
    write: ({ organizationId, clusterId }, letters, span, captured) =>
      pg.asSystem((db) =>
        db.transaction().execute(async (tx) => {
          const keeps = letters.length > 0 ? await keptStreams(tx, clusterId) : [];
          for (let at = 0; at < letters.length; at += rowsAtOnce) {
            const fresh = await unheard(tx, clusterId, letters.slice(at, at + rowsAtOnce));
            if (fresh.length === 0) continue;
            await tx
              .insertInto('dead_letters')
              .values(
                fresh.map((letter) => ({
                  org_id: organizationId,
                  cluster_id: clusterId,
                  advisory_id: letter.advisoryId,
                  reason: letter.reason,
                  why: letter.why,
                  stream: letter.stream,
                  stream_created: letter.created,
                  consumer: letter.consumer,
                  seq: letter.seq,
                  deliveries: letter.deliveries,
                  at: letter.at,
                  copy: keeps.some((pattern) => matchesName(pattern, letter.stream))
                    ? ('wanted' as const)
                    : ('none' as const),
                })),
              )
              .onConflict((oc) => oc.columns(['cluster_id', 'advisory_id']).doNothing())
              .execute();
          }
          await tx
            .insertInto('dead_letter_spans')
            .values({ ...span, org_id: organizationId, cluster_id: clusterId })
            .onConflict((oc) => oc.column('id').doUpdateSet({ until: span.until }))
            .execute();
          if (captured)
            await tx
              .updateTable('dead_letter_settings')
              .set({ captured_seq: captured.seq, captured_created: captured.created })
              .where('cluster_id', '=', clusterId)
              .execute();
        }),
      ),
    captureSpan: ({ clusterId }) =>
      pg.asSystem(async (db) => {
        const row = await db
          .selectFrom('dead_letter_spans')
          .select(['id', 'kind', 'since', 'until'])
          .where('cluster_id', '=', clusterId)
          .where('kind', '=', 'capture')
          .orderBy('until', 'desc')
          .executeTakeFirst();
        return row ?? null;
      }),
    problem: ({ organizationId, clusterId }, problem) =>
      pg.asSystem(async (db) => {
        await db
          .insertInto('dead_letter_settings')
          .values({ cluster_id: clusterId, org_id: organizationId, problem })
          .onConflict((oc) => oc.column('cluster_id').doUpdateSet({ problem }))
          .execute();
      }),
    wanted: ({ clusterId }, limit) =>
      pg.asSystem(async (db) => {
        const rows = await db
          .selectFrom('dead_letters')
          .select(['id', 'stream', 'seq', 'at', 'stream_created as created'])
          .where('cluster_id', '=', clusterId)
          .where('copy', '=', 'wanted')
          .where('copy_at', '<=', new Date())
          .orderBy('copy_at')
          .limit(limit)
          .execute();
        return rows.map(({ seq, ...row }) => ({ ...row, seq: Number(seq) }));
      }),
    postpone: (ids, until) =>
      pg.asSystem(async (db) => {
        await db.updateTable('dead_letters').set({ copy_at: until }).where('id', 'in', ids).execute();
      }),
    keep: ({ organizationId, clusterId }, found) =>
      pg.asSystem((db) =>
        db.transaction().execute(async (tx) => {
          let room = await roomOf(tx, clusterId);
          const one = async ({ letter, message }: Found): Promise<CopyState> => {
            if (message === null) return 'gone';
            // Servers take one, PostgreSQL does not: refused in the middle, it would hold back all that are saved with it.
            if (message.subject.includes('\u0000')) return 'unfit';
            const headers = JSON.stringify(message.headers());
            const bytes = message.data.length + Buffer.byteLength(headers) + message.subject.length;
            if (bytes > mostCopyBytes) return 'too_large';
            if (bytes > room) return 'full';
            await tx
              .insertInto('dead_letter_copies')
              .values({
                dead_letter_id: letter,
                org_id: organizationId,
                cluster_id: clusterId,
                subject: message.subject,
                stored_at: message.time,
                headers,
                data: message.data,
                bytes,
              })
              .onConflict((oc) => oc.column('dead_letter_id').doNothing())
              .execute();
            room -= bytes;
            return 'kept';
          };
          for (const each of found) {
            const copy = await one(each);
            await tx
              .updateTable('dead_letters')
              .set({ copy })
              .where('id', '=', each.letter)
              .where('copy', '=', 'wanted')
              .execute();
          }
        }),
      ),
    sweep: (nowMs) =>
      pg.asSystem(async (db) => {
        const expired = new Date(nowMs - bounds.days * 86_400_000);
        const gone = await db.deleteFrom('dead_letters').where('at', '<', expired).executeTakeFirst();
        await db.deleteFrom('dead_letter_spans').where('until', '<', expired).execute();
        await sql`update dead_letters l set copy = 'none' from dead_letter_copies c, dead_letter_settings s
          where c.dead_letter_id = l.id and s.cluster_id = c.cluster_id
            and c.kept_at < ${new Date(nowMs)}::timestamptz - make_interval(days => s.keep_days)`.execute(db);
        await sql`delete from dead_letter_copies c using dead_letters l where l.id = c.dead_letter_id and l.copy = 'none'`.execute(
          db,
        );
        // What is done with goes first, then what was heard first: the time of giving up is only what somebody told.
        const over = await sql`delete from dead_letters where id in (
          select id from (
            select id, row_number() over (
              partition by cluster_id order by (state in ('open', 'retrying')) desc, heard_at desc) as nth
            from dead_letters where cluster_id in (
              select cluster_id from dead_letters group by cluster_id having count(*) > ${bounds.letters})) ranked
          where nth > ${bounds.letters})`.execute(db);
        return Number(gone.numDeletedRows) + Number(over.numAffectedRows ?? 0n);
      }),
  };
}
