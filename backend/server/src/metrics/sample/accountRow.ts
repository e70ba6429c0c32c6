import { accountMetrics } from '../tables';
import { rowEncoder, type RowEncoder } from './encode';
import type { Increase } from './increase';
import type { AccountFigures } from './readers';
import { growth, inAccount, nth, share, type InAccount } from './rows';

export interface AccountRow {
  readonly common: InAccount;
  readonly streams: number;
  readonly consumers: number;
  readonly figures: AccountFigures;
  readonly maxStreams: number | null;
  readonly maxConsumers: number | null;
  readonly increase: Increase;
}
export const accountRow: RowEncoder<AccountRow> = rowEncoder<InAccount, AccountRow>(accountMetrics, inAccount, {
  account_id: ({ figures }) => figures.id,
  streams: (row) => row.streams,
  consumers: (row) => row.consumers,
  storage: ({ figures }) => figures.storage,
  memory: ({ figures }) => figures.memory,
  max_streams: (row) => row.maxStreams,
  max_consumers: (row) => row.maxConsumers,
  max_storage: ({ figures }) => figures.maxStorage,
  max_memory: ({ figures }) => figures.maxMemory,
  storage_use: ({ figures }) => share(figures.storage, figures.maxStorage),
  memory_use: ({ figures }) => share(figures.memory, figures.maxMemory),
  streams_use: (row) => share(row.streams, row.maxStreams),
  api_requests_total: ({ figures }) => figures.apiRequests,
  api_errors_total: ({ figures }) => figures.apiErrors,
  api_requests: nth(0),
  api_errors: nth(1),
  ...growth,
});
