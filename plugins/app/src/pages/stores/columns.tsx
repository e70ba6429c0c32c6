import type { Column } from '../../components/DataTable';
import { Quiet, State, Use } from '../../components/parts';
import { ago, bytes, duration, exact, time } from '../../format';

/** What a row of either list knows of the stream behind its store. */
interface StoreRow {
  readonly state: 'ok' | 'missing' | 'offline';
  readonly bytes: number | null;
  readonly maxBytes: number;
  readonly ttlSeconds: number;
  readonly lastTime: string | null;
  readonly replicas: number;
  readonly storage: string;
}

/** The columns that buckets and object stores have alike. */
export const storeColumns = <T extends StoreRow>(expire: string) =>
  ({
    size: {
      id: 'bytes',
      header: 'Size',
      sort: true,
      numeric: true,
      cell: (row) => <span title={exact(row.bytes)}>{bytes(row.bytes)}</span>,
    },
    limit: {
      id: 'limit',
      header: 'Of its limit',
      cell: (row) =>
        row.bytes === null ? (
          '–'
        ) : (
          <Use use={row.maxBytes > 0 ? row.bytes / row.maxBytes : null} of={bytes(row.maxBytes)} />
        ),
    },
    ttl: {
      id: 'ttl',
      header: expire,
      cell: (row) =>
        row.state !== 'ok' ? '–' : row.ttlSeconds === 0 ? <Quiet>never</Quiet> : `after ${duration(row.ttlSeconds)}`,
    },
    lastTime: {
      id: 'lastTime',
      header: 'Last change',
      sort: true,
      nowrap: true,
      cell: (row) => <span title={time(row.lastTime)}>{row.state === 'ok' ? ago(row.lastTime) : '–'}</span>,
    },
    replicas: {
      id: 'replicas',
      header: 'Copies',
      cell: (row) => (row.state === 'ok' ? `${row.replicas}, ${row.storage}` : <State state={row.state} />),
    },
  }) satisfies Record<string, Column<T>>;
