import { consumerMetrics } from '../tables';
import { rowEncoder, type RowEncoder } from './encode';
import type { Increase } from './increase';
import type { ConsumerFigures, ConsumerLimits } from './readers';
import { growth, inAccount, nth, secondsSince, share, type AssetState, type InAccount } from './rows';

/** Ephemeral consumers come and go by the thousand: one row a stream, under a name that no consumer can have. */
export const ephemeral = '*ephemeral';

export interface ConsumerRow {
  readonly common: InAccount;
  readonly stream: string;
  readonly consumer: string;
  readonly created: string | null;
  readonly state: AssetState;
  readonly leader: string;
  readonly consumers: number;
  readonly figures: ConsumerFigures | null;
  readonly limits: ConsumerLimits | null;
  readonly increase: Increase;
}
/** @returns null while that cannot be said: nothing is known, or there is no sample to compare with */
function stalled({ figures, increase, consumer }: ConsumerRow): boolean | null {
  if (figures === null || consumer === ephemeral) return null;
  if (figures.pending === 0 && figures.ackPending === 0) return false;
  return increase.elapsedMs === 0 ? null : increase.values.every((value) => value === 0);
}
export const consumerRow: RowEncoder<ConsumerRow> = rowEncoder<InAccount, ConsumerRow>(consumerMetrics, inAccount, {
  stream: (row) => row.stream,
  consumer: (row) => row.consumer,
  created: (row) => row.created,
  state: (row) => row.state,
  leader: (row) => row.leader,
  consumers: (row) => row.consumers,
  num_pending: ({ figures }) => figures && figures.pending,
  ack_pending: ({ figures }) => figures && figures.ackPending,
  redelivered: ({ figures }) => figures && figures.redelivered,
  waiting: ({ figures, limits }) => (figures && !limits?.push ? figures.waiting : null),
  max_ack_pending: ({ limits }) => limits && limits.maxAckPending,
  ack_use: ({ figures, limits }) => figures && limits && share(figures.ackPending, limits.maxAckPending),
  delivered_seq: ({ figures, consumer }) => (figures && consumer !== ephemeral ? figures.deliveredStream : null),
  delivered_consumer_seq: ({ figures, consumer }) =>
    figures && consumer !== ephemeral ? figures.deliveredConsumer : null,
  ack_floor: ({ figures, consumer }) => (figures && consumer !== ephemeral ? figures.ackFloorStream : null),
  ack_floor_consumer_seq: ({ figures, consumer }) =>
    figures && consumer !== ephemeral ? figures.ackFloorConsumer : null,
  last_active: ({ figures }) => figures && figures.lastActive,
  last_ack: ({ figures }) => figures && figures.lastAck,
  idle: ({ figures, common }) => figures && secondsSince(figures.lastActive, common),
  ack_idle: ({ figures, created, common }) => figures && secondsSince(figures.lastAck ?? created, common),
  paused: ({ figures, consumer }) => (figures && consumer !== ephemeral ? figures.paused : null),
  push_bound: ({ figures, limits }) => (figures && limits?.push ? figures.pushBound : null),
  stalled,
  delivered: nth(0),
  ack_floor_advance: nth(1),
  ...growth,
});
