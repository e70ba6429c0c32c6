import { Badge, LinkButton } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import type { ReactNode } from 'react';
import { useApi } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { ClusterScope } from '../../components/ClusterScope';
import { DataTable, type Column } from '../../components/DataTable';
import { Head } from '../../components/Head';
import { bucketUrl, Count, pageUrl, Pager, Quiet, Row, Stack, State, Use } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Empty, Loaded } from '../../components/States';
import { ago, bytes, duration, exact, time } from '../../format';
import { useKeys } from '../../useKeys';
import { sortingFrom, useUrl } from '../../useUrl';
import { CreateStore } from '../stores/CreateStore';
import { buckets as kind } from '../stores/kinds';

type Bucket = ResponseOf<Routes['listBuckets']>['items'][number];
const sorts = ['bucket', 'values', 'bytes', 'lastTime'] as const;

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
    id: 'history',
    header: 'History',
    numeric: true,
    cell: (row) => (row.state === 'ok' ? `${exact(row.history)} a key` : '–'),
  },
  {
    id: 'ttl',
    header: 'Values expire',
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

export function BucketsPage() {
  const creating = useUrl().get('create') !== undefined;
  return (
    <ClusterScope>
      {(cluster, picker) =>
        creating ? (
          <Stack>
            <Head items={[['Key-value', pageUrl(`kv?cluster=${cluster.id}`)], ['Create a bucket']]}>{picker}</Head>
            <CreateStore key={cluster.id} kind={kind} clusterId={cluster.id} />
          </Stack>
        ) : (
          <Buckets key={cluster.id} clusterId={cluster.id} picker={picker} />
        )
      }
    </ClusterScope>
  );
}

function Buckets({ clusterId, picker }: { clusterId: string; picker: ReactNode }) {
  const url = useUrl();
  const sorting = sortingFrom(url, sorts, { sort: 'bucket', order: 'asc' });
  const search = url.get('search');
  const cursor = url.get('cursor');
  const buckets = useApi(
    'listBuckets',
    { params: { clusterId }, query: { ...sorting, search, cursor, limit: 50 } },
    { every: 30_000 },
  );
  const mayCreate = useMayChange(clusterId).named('kv_stores:create');
  useKeys(mayCreate ? { c: () => url.set({ create: '1' }, false) } : {});
  const create = mayCreate && (
    <LinkButton size="sm" icon="plus" tooltip="Create ( c )" href={pageUrl(`kv?cluster=${clusterId}&create=1`)}>
      Create a bucket
    </LinkButton>
  );
  return (
    <Stack>
      <Head items={[['Key-value']]} of={buckets}>
        {picker}
        {create}
      </Head>
      <Row>
        <SearchBox
          label="Search buckets"
          placeholder="Bucket  ( f )"
          value={search ?? ''}
          onChange={(text) => url.set({ search: text, cursor: null })}
        />
      </Row>
      <Loaded of={buckets}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty
              title={search ? 'No bucket of this name' : 'This account has no buckets yet'}
              action={!search && create}
            >
              {search
                ? 'Take the search away to see all.'
                : 'A bucket holds the last values of keys. One that an application or "nats kv add" makes appears here.'}
            </Empty>
          ) : (
            <>
              <DataTable
                label="Buckets"
                columns={columns}
                rows={page.items}
                keyOf={(row) => row.bucket}
                sorting={sorting}
                onSort={({ sort, order }) => url.set({ sort, order, cursor: null })}
                to={(row) => bucketUrl(clusterId, row.bucket)}
              />
              <Pager
                total={page.total}
                shown={page.items.length}
                atStart={cursor === undefined}
                onFirst={() => url.set({ cursor: null })}
                onNext={page.nextCursor === null ? null : () => url.set({ cursor: page.nextCursor }, false)}
              />
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}
