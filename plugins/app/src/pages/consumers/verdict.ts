import type { ConsumerRow } from '@jetstream-console/contract';
import { exact, time } from '../../format';

/** What the figures of this moment mean; rates and "for how long" need the history that is collected apart. */
export function verdict(row: ConsumerRow): { severity: 'success' | 'info' | 'warning' | 'error'; text: string } {
  const lag = row.lag ?? 0;
  const unacked = row.ackPending ?? 0;
  if (row.state !== 'ok')
    return { severity: 'warning', text: 'Its leader does not answer, so its figures are not known.' };
  if (row.replica.state === 'leaderless')
    return {
      severity: 'error',
      text: 'It has no leader: nothing is delivered until a majority of its replicas is back.',
    };
  if (row.paused)
    return { severity: 'info', text: `Paused until ${time(row.pausedUntil)}: nothing is delivered meanwhile.` };
  if (row.maxAckPending !== null && row.maxAckPending > 0 && unacked >= row.maxAckPending)
    return {
      severity: 'error',
      text: `Stopped: ${exact(unacked)} messages are out unacknowledged, and the consumer allows ${exact(row.maxAckPending)}. Nothing more is delivered until some are acknowledged or their ack wait ends.`,
    };
  if (lag > 0 && row.kind === 'push' && row.pushBound === false)
    return { severity: 'warning', text: `Nobody subscribes to its deliver subject, and ${exact(lag)} messages wait.` };
  if (lag > 0 && row.kind === 'pull' && row.waiting === 0 && unacked === 0)
    return { severity: 'warning', text: `Nobody pulls right now, and ${exact(lag)} messages wait.` };
  if ((row.redelivered ?? 0) > 0)
    return {
      severity: 'warning',
      text: `${exact(row.redelivered)} of the unacknowledged messages were delivered more than once: a client refuses them or is too slow to acknowledge.`,
    };
  if (lag > 0) return { severity: 'info', text: `Working: ${exact(lag)} messages wait, ${exact(unacked)} are out.` };
  return { severity: 'success', text: 'Up to date: nothing waits.' };
}
