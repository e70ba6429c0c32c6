import { Badge } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import type { ReactNode } from 'react';
import { useApi } from '../../api/hooks';
import type { Column } from '../../components/DataTable';
import { Quiet, State, Use } from '../../components/parts';
import { ago, bytes, duration, exact, time } from '../../format';
import { sortingFrom, useUrl } from '../../useUrl';
import { objectStores as kind } from '../stores/kinds';
import { StoreList, StoreScope } from '../stores/StoreList';

type Store = ResponseOf<Routes['listObjectStores']>['items'][number];
const sorts = ['store', 'bytes', 'lastTime'] as const;

const columns: Column<Store>[] = [
  {
    id: 'store',
    header: 'Store',
    sort: true,
    cell: (row) => (
      <>
        <strong>{row.store}</strong>
        {row.mirrorOf && <Quiet> mirror of {row.mirrorOf}</Quiet>}{' '}
        {row.sealed && <Badge color="purple" text="sealed" />}
        {row.description && (
          <>
            <br />
            <Quiet>{row.description}</Quiet>
          </>
        )}
      </>
    ),
  },
  {
    id: 'bytes',
    header: 'Size',
    sort: true,
    numeric: true,
    cell: (row) => <span title={exact(row.bytes)}>{bytes(row.bytes)}</span>,
  },
  {
    id: 'limit',
    header: 'Of its limit',
    cell: (row) =>
      row.bytes === null ? (
        '–'
      ) : (
        <Use use={row.maxBytes > 0 ? row.bytes / row.maxBytes : null} of={bytes(row.maxBytes)} />
      ),
  },
  {
    id: 'ttl',
    header: 'Objects expire',
    cell: (row) =>
      row.state !== 'ok' ? '–' : row.ttlSeconds === 0 ? <Quiet>never</Quiet> : `after ${duration(row.ttlSeconds)}`,
  },
  {
    id: 'lastTime',
    header: 'Last change',
    sort: true,
    nowrap: true,
    cell: (row) => <span title={time(row.lastTime)}>{row.state === 'ok' ? ago(row.lastTime) : '–'}</span>,
  },
  {
    id: 'replicas',
    header: 'Copies',
    cell: (row) => (row.state === 'ok' ? `${row.replicas}, ${row.storage}` : <State state={row.state} />),
  },
];

export const StoresPage = () => (
  <StoreScope kind={kind}>
    {(clusterId, picker) => <Stores key={clusterId} clusterId={clusterId} picker={picker} />}
  </StoreScope>
);

function Stores({ clusterId, picker }: { clusterId: string; picker: ReactNode }) {
  const url = useUrl();
  const sorting = sortingFrom(url, sorts, { sort: 'store', order: 'asc' });
  const query = { ...sorting, search: url.get('search'), cursor: url.get('cursor'), limit: 50 };
  const list = useApi('listObjectStores', { params: { clusterId }, query }, { every: 30_000 });
  return (
    <StoreList
      kind={kind}
      clusterId={clusterId}
      picker={picker}
      list={list}
      sorting={sorting}
      columns={columns}
      nameOf={(row) => row.store}
    />
  );
}
