import { Badge } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import type { ReactNode } from 'react';
import { useApi } from '../../api/hooks';
import type { Column } from '../../components/DataTable';
import { Quiet } from '../../components/parts';
import { sortingFrom, useUrl } from '../../useUrl';
import { objectStores as kind } from '../stores/kinds';
import { storeColumns } from '../stores/columns';
import { StoreList, StoreScope } from '../stores/StoreList';

type Store = ResponseOf<Routes['listObjectStores']>['items'][number];
const sorts = ['store', 'bytes', 'lastTime'] as const;

const shared = storeColumns<Store>('Objects expire');
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
  shared.size,
  shared.limit,
  shared.ttl,
  shared.lastTime,
  shared.replicas,
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
