import type { ConsumerRow } from '@jetstream-console/contract';
import { ago, duration, exact, time } from '../../format';

/** A consumer that delivered within this time is at work, even if no pull waits at the moment one looks. */
const quietMs = 60_000;

export type Condition =
  | 'unknown'
  | 'leaderless'
  | 'paused'
  | 'acks_full'
  | 'unbound'
  | 'stuck'
  | 'no_pulls'
  | 'redelivering'
  | 'working'
  | 'idle';

/** A server that restarts forgets when it delivered last, and not how much. */
const delivers = (row: ConsumerRow): boolean => (row.deliveredConsumerSeq ?? 0) > 0;

/** When something was delivered last, for a list and a figure. */
export const lastDeliveryText = (row: ConsumerRow): string =>
  row.lastDelivered === null && delivers(row) ? 'before a restart' : ago(row.lastDelivered);

const quietFor = (row: ConsumerRow, now: number): number =>
  row.lastDelivered === null ? Number.POSITIVE_INFINITY : now - Date.parse(row.lastDelivered);

/** Why a consumer with messages before it gets none; null where it does get some. */
function standstill(row: ConsumerRow, now: number): Condition | null {
  if ((row.lag ?? 0) === 0) return null;
  if (row.kind === 'push') return row.pushBound === false ? 'unbound' : null;
  if (quietFor(row, now) < quietMs) return null;
  return (row.waiting ?? 0) > 0 ? 'stuck' : 'no_pulls';
}

/** What the figures of this moment mean; rates, and for how long, need the history that is collected apart. */
export function conditionOf(row: ConsumerRow, now = Date.now()): Condition {
  if (row.state !== 'ok') return 'unknown';
  if (row.replica.state === 'leaderless') return 'leaderless';
  if (row.paused) return 'paused';
  if (row.maxAckPending !== null && row.maxAckPending > 0 && (row.ackPending ?? 0) >= row.maxAckPending)
    return 'acks_full';
  return (
    standstill(row, now) ?? ((row.redelivered ?? 0) > 0 ? 'redelivering' : (row.lag ?? 0) > 0 ? 'working' : 'idle')
  );
}

type Severity = 'success' | 'info' | 'warning' | 'error';
export const severityOf: Readonly<Record<Condition, Severity>> = {
  unknown: 'warning',
  leaderless: 'error',
  paused: 'info',
  acks_full: 'error',
  unbound: 'warning',
  stuck: 'error',
  no_pulls: 'warning',
  redelivering: 'warning',
  working: 'info',
  idle: 'success',
};

/** The verdict in a sentence: what is the matter, by which figures, and what to look at. */
export function verdict(row: ConsumerRow, now = Date.now()): { severity: Severity; text: string } {
  const condition = conditionOf(row, now);
  const lag = exact(row.lag ?? 0);
  const unacked = exact(row.ackPending ?? 0);
  const quiet = quietFor(row, now);
  const since = Number.isFinite(quiet)
    ? `nothing was delivered for ${duration(Math.floor(quiet / 1000))}`
    : delivers(row)
      ? 'nothing was delivered since its leader started'
      : 'nothing was ever delivered';
  const texts: Record<Condition, string> = {
    unknown: 'Its leader does not answer, so its figures are not known.',
    leaderless: 'It has no leader: nothing is delivered until a majority of its replicas is back.',
    paused: `Paused until ${time(row.pausedUntil)}: nothing is delivered meanwhile.`,
    acks_full: `Stopped: ${unacked} messages are out unacknowledged, and the consumer allows ${exact(row.maxAckPending)}. Nothing more is delivered until some are acknowledged or their ack wait ends.`,
    unbound: `Nobody subscribes to its deliver subject, and ${lag} messages wait.`,
    stuck: `Stuck: ${exact(row.waiting)} pulls wait, ${lag} messages are pending, and ${since}.`,
    no_pulls: `Nobody pulls: ${lag} messages wait, and ${since}.`,
    redelivering: `${exact(row.redelivered)} of the unacknowledged messages were delivered more than once: a client refuses them or is too slow to acknowledge.`,
    working: `Working: ${lag} messages wait, ${unacked} are out.`,
    idle: 'Up to date: nothing waits.',
  };
  return { severity: severityOf[condition], text: texts[condition] };
}

const words: Partial<Record<Condition, string>> = {
  leaderless: 'no leader',
  paused: 'paused',
  acks_full: 'acks used up',
  unbound: 'nobody subscribes',
  stuck: 'stuck',
  no_pulls: 'nobody pulls',
  redelivering: 'redelivering',
};
const colors = { success: 'green', info: 'blue', warning: 'orange', error: 'red' } as const;

/** The same in a word or two, for a list; null when all is well. */
export function attention(
  row: ConsumerRow,
  now = Date.now(),
): { text: string; color: (typeof colors)[Severity] } | null {
  const condition = conditionOf(row, now);
  const text = words[condition];
  return text === undefined ? null : { text, color: colors[severityOf[condition]] };
}
