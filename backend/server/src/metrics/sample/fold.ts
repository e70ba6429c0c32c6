import { addIncrease } from './assets';
import type { ConsumerRow } from './consumerRow';
import type { ConsumerFigures } from './readers';

const newest = (a: string | null, b: string | null) => (a === null ? b : b === null || a > b ? a : b);

const together = (a: ConsumerFigures | null, b: ConsumerFigures | null): ConsumerFigures | null =>
  a === null || b === null
    ? (a ?? b)
    : {
        ...a,
        pending: a.pending + b.pending,
        ackPending: a.ackPending + b.ackPending,
        redelivered: a.redelivered + b.redelivered,
        waiting: a.waiting + b.waiting,
        lastActive: newest(a.lastActive, b.lastActive),
        lastAck: newest(a.lastAck, b.lastAck),
      };

/** Two rows of ephemeral consumers of a stream as one: figures and increases add up, and one that is known makes it known. */
export const foldRows = (a: ConsumerRow, b: ConsumerRow): ConsumerRow => ({
  ...a,
  state: a.state === 'ok' ? 'ok' : b.state,
  consumers: a.consumers + b.consumers,
  figures: together(a.figures, b.figures),
  increase: { ...addIncrease(a.increase, b.increase), reset: '' },
});
