import { Badge } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import type { ReactNode } from 'react';
import { useApi } from '../../api/hooks';
import type { Column } from '../../components/DataTable';
import { Count, Quiet } from '../../components/parts';
import { exact } from '../../format';
import { sortingFrom, useUrl } from '../../useUrl';
import { buckets as kind } from '../stores/kinds';
import { storeColumns } from '../stores/columns';
import { StoreList, StoreScope } from '../stores/StoreList';

type Bucket = ResponseOf<Routes['listBuckets']>['items'][number];
const sorts = ['bucket', 'values', 'bytes', 'lastTime'] as const;

const shared = storeColumns<Bucket>('Values expire');
const columns: Column<Bucket>[] = [
  {
    id: 'bucket',
    header: 'Bucket',
    sort: true,
    cell: (row) => (
      <>
        <strong>{row.bucket}</strong>
        {row.mirrorOf && <Quiet> mirror of {row.mirrorOf}</Quiet>}
        {row.compressed && (
          <>
            {' '}
            <Badge color="blue" text="packed" />
          </>
        )}
        {row.description && (
          <>
            <br />
            <Quiet>{row.description}</Quiet>
          </>
        )}
      </>
    ),
  },
  { id: 'values', header: 'Values', sort: true, numeric: true, cell: (row) => <Count value={row.values} /> },
  shared.size,
  shared.limit,
  {
    id: 'history',
    header: 'History',
    numeric: true,
    cell: (row) => (row.state === 'ok' ? `${exact(row.history)} a key` : '–'),
  },
  shared.ttl,
  shared.lastTime,
  shared.replicas,
];

export const BucketsPage = () => (
  <StoreScope kind={kind}>
    {(clusterId, picker) => <Buckets key={clusterId} clusterId={clusterId} picker={picker} />}
  </StoreScope>
);

function Buckets({ clusterId, picker }: { clusterId: string; picker: ReactNode }) {
  const url = useUrl();
  const sorting = sortingFrom(url, sorts, { sort: 'bucket', order: 'asc' });
  const query = { ...sorting, search: url.get('search'), cursor: url.get('cursor'), limit: 50 };
  const list = useApi('listBuckets', { params: { clusterId }, query }, { every: 30_000 });
  return (
    <StoreList
      kind={kind}
      clusterId={clusterId}
      picker={picker}
      list={list}
      sorting={sorting}
      columns={columns}
      nameOf={(row) => row.bucket}
    />
  );
}
