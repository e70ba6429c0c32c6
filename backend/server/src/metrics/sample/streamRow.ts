import { streamMetrics } from '../tables';
import { rowEncoder, type RowEncoder } from './encode';
import type { Increase } from './increase';
import type { StreamFigures, StreamLimits } from './readers';
import { growth, inAccount, larger, nth, secondsSince, share, type AssetState, type InAccount } from './rows';

export interface StreamRow {
  readonly common: InAccount;
  readonly stream: string;
  readonly created: string | null;
  readonly state: AssetState;
  readonly leader: string;
  readonly figures: StreamFigures | null;
  readonly limits: StreamLimits | null;
  readonly increase: Increase;
  readonly bytesGrowth: number;
}
export const streamRow: RowEncoder<StreamRow> = rowEncoder<InAccount, StreamRow>(streamMetrics, inAccount, {
  stream: (row) => row.stream,
  created: (row) => row.created,
  state: (row) => row.state,
  leader: (row) => row.leader,
  messages_total: ({ figures }) => figures && figures.messages,
  bytes_total: ({ figures }) => figures && figures.bytes,
  consumer_count: ({ figures }) => figures && figures.consumers,
  num_subjects: ({ figures }) => figures && figures.subjects,
  num_deleted: ({ figures }) => figures && figures.deleted,
  first_seq: ({ figures }) => figures && figures.firstSeq,
  last_seq: ({ figures }) => figures && figures.lastSeq,
  last_time: ({ figures }) => figures && figures.lastTime,
  last_message_age: ({ figures, common }) => figures && secondsSince(figures.lastTime, common),
  max_messages: ({ limits }) => limits && limits.maxMessages,
  max_bytes: ({ limits }) => limits && limits.maxBytes,
  max_consumers: ({ limits }) => limits && limits.maxConsumers,
  max_age: ({ limits }) => limits && limits.maxAgeSeconds,
  discard: ({ limits }) => limits?.discard ?? '',
  limit_use: ({ figures, limits }) =>
    figures && limits && larger(share(figures.bytes, limits.maxBytes), share(figures.messages, limits.maxMessages)),
  replicas: ({ figures }) => figures && figures.replicas,
  replica_lag: ({ figures }) => figures && figures.replicaLag,
  replicas_behind: ({ figures }) => figures && figures.replicasBehind,
  source_lag: ({ figures }) => figures && figures.sourceLag,
  published: nth(0),
  bytes_growth: (row) => row.bytesGrowth,
  ...growth,
});
