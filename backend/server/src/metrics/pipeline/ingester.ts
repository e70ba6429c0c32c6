import type { ClickHouseClient } from '@clickhouse/client';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../platform/log';
import type { WorkerMetrics } from '../gauges';
import { groupParts, leaveOutSeen, type Group } from './cut';
import { openIngestLog, type IngestLog } from './ingestState';
import { insertGroup, isDataFault, UnknownTable } from './insert';
import { headersOf } from './outbox';
import type { Own } from './own';
import { openReader, type Held, type Reader } from './reader';

/** Between tries while ClickHouse is away. */
const pausesMs = [200, 500, 1000, 2000, 5000];
/** Messages that are held are told to be in work, well before their ack wait is over. */
const workingMs = 20_000;

export interface IngestDeps {
  readonly own: Own;
  readonly clickhouse: ClickHouseClient;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
}

/** Moves what a table refuses for what it is aside, so that the rest goes on. */
async function bury({ own, log, metrics }: IngestDeps, { table, rows, members }: Group, seq: number, error: unknown) {
  const reason = error instanceof Error ? error.message : String(error);
  const [names, ...bodies] = members;
  const body = bodies.reduce((sum, member) => sum + member.length, 0);
  await own.js.publish(own.names.deadSubject(table), new Uint8Array(Buffer.concat(members)), {
    msgID: `${seq}-${table}`,
    headers: headersOf([{ table, rows, names: names?.length ?? 0, body }], {
      'Console-Error': reason.replace(/[\r\n]+/g, ' ').slice(0, 1000),
    }),
  });
  metrics.samplesRefused(table, rows);
  log.error({ table, rows, reason }, 'ClickHouse refuses samples for what they are; they were put aside');
}

/** What is no message of ours is put aside as it came. */
async function buryWhole({ own, log, metrics }: IngestDeps, { seq, data }: Held, fault: string): Promise<void> {
  await own.js.publish(own.names.deadSubject('unreadable'), data, { msgID: `${seq}-unreadable` });
  metrics.samplesRefused('unreadable', 1);
  log.error({ seq, fault }, 'a message of the metrics stream cannot be read; it was put aside');
}

/** One group; where a row spoils it, message by message, so that only what is spoilt is left out. */
async function insertOrBury(deps: IngestDeps, group: Group, messages: readonly Held[], token: string): Promise<void> {
  try {
    await insertGroup(deps.clickhouse, group, token);
    deps.metrics.samplesInserted(group.table, group.rows);
  } catch (error) {
    if (!isDataFault(error) && !(error instanceof UnknownTable)) throw error;
    if (group.seqs.length === 1) {
      await bury(deps, group, group.seqs[0] ?? 0, error);
      return;
    }
    for (const message of messages.filter(({ seq }) => group.seqs.includes(seq)))
      for (const single of groupParts([message]).filter(({ table }) => table === group.table))
        await insertOrBury(deps, single, [message], `${token}:${message.seq}`);
  }
}

async function insertAll(deps: IngestDeps, messages: readonly Held[], prefix: string): Promise<void> {
  for (const [i, group] of groupParts(messages).entries())
    await insertOrBury(deps, group, messages, `${prefix}:${group.table}:${i}`);
}

/**
 * One batch: its bounds are written down before anything is inserted, so that whoever repeats it after a crash does
 * so with the same bounds and tokens, and acknowledged after everything is in.
 */
async function ingestOne(deps: IngestDeps, log: IngestLog, reader: Reader, signal: AbortSignal): Promise<number> {
  const { plan, doneTo, stream } = log.state;
  const { messages, gone } = await reader.read(doneTo, plan?.to ?? null);
  const to = plan?.to ?? messages.at(-1)?.seq;
  if (to === undefined) return 0;
  const from = plan?.from ?? doneTo + 1;
  if (!plan) await log.save({ ...log.state, plan: { from, to } });
  const { fresh, seen } = leaveOutSeen(
    messages.filter((message) => message.fault === null),
    log.state.seen,
  );
  const working = setInterval(() => {
    for (const { message } of messages) message.working();
  }, workingMs);
  try {
    for (const message of messages) if (message.fault !== null) await buryWhole(deps, message, message.fault);
    for (let tries = 0; ; tries++) {
      try {
        await insertAll(deps, fresh, `${stream}:${from}-${to}`);
        break;
      } catch (error) {
        deps.metrics.insertFailed();
        if (tries === 0)
          deps.log.warn({ err: error }, 'ClickHouse does not take samples; they wait and are tried again');
        await delay(pausesMs[tries] ?? pausesMs.at(-1), undefined, { signal });
      }
    }
  } finally {
    clearInterval(working);
  }
  await log.save({ stream, doneTo: to, plan: null, seen });
  for (const { message } of messages) message.ack();
  if (gone > 0) {
    deps.metrics.messagesExpired(gone);
    deps.log.error({ messages: gone }, 'samples waited longer than the metrics stream keeps them and are lost');
  }
  return fresh.reduce((sum, { parts }) => sum + parts.reduce((rows, part) => rows + part.rows, 0), 0);
}

/** Empties the metrics stream into ClickHouse until the signal ends it. @throws IngestLost when another took over */
export async function ingest(deps: IngestDeps, signal: AbortSignal): Promise<void> {
  const log = await openIngestLog(deps.own);
  const reader = await openReader(deps.own);
  while (!signal.aborted) await ingestOne(deps, log, reader, signal);
}
