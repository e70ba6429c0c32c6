import { Badge, LinkButton } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import type { ReactNode } from 'react';
import { useApi } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { ClusterScope } from '../../components/ClusterScope';
import { DataTable, type Column } from '../../components/DataTable';
import { Head } from '../../components/Head';
import { pageUrl, Pager, Quiet, Row, Stack, State, storeUrl, Use } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Empty, Loaded } from '../../components/States';
import { ago, bytes, duration, exact, time } from '../../format';
import { useKeys } from '../../useKeys';
import { sortingFrom, useUrl } from '../../useUrl';
import { CreateStore } from '../stores/CreateStore';
import { objectStores } from '../stores/kinds';

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

export function StoresPage() {
  const creating = useUrl().get('create') !== undefined;
  return (
    <ClusterScope>
      {(cluster, picker) =>
        creating ? (
          <Stack>
            <Head items={[['Objects', objectStores.listUrl(cluster.id)], ['Create an object store']]}>{picker}</Head>
            <CreateStore key={cluster.id} kind={objectStores} clusterId={cluster.id} />
          </Stack>
        ) : (
          <Stores key={cluster.id} clusterId={cluster.id} picker={picker} />
        )
      }
    </ClusterScope>
  );
}

function Stores({ clusterId, picker }: { clusterId: string; picker: ReactNode }) {
  const url = useUrl();
  const sorting = sortingFrom(url, sorts, { sort: 'store', order: 'asc' });
  const search = url.get('search');
  const cursor = url.get('cursor');
  const stores = useApi(
    'listObjectStores',
    { params: { clusterId }, query: { ...sorting, search, cursor, limit: 50 } },
    { every: 30_000 },
  );
  const mayCreate = useMayChange(clusterId).named('object_stores:create');
  useKeys(mayCreate ? { c: () => url.set({ create: '1' }, false) } : {});
  const create = mayCreate && (
    <LinkButton size="sm" icon="plus" tooltip="Create ( c )" href={pageUrl(`objects?cluster=${clusterId}&create=1`)}>
      Create an object store
    </LinkButton>
  );
  return (
    <Stack>
      <Head items={[['Objects']]} of={stores}>
        {picker}
        {create}
      </Head>
      <Row>
        <SearchBox
          label="Search stores"
          placeholder="Store  ( f )"
          value={search ?? ''}
          onChange={(text) => url.set({ search: text, cursor: null })}
        />
      </Row>
      <Loaded of={stores}>
        {(page) =>
          page.items.length === 0 ? (
            <Empty
              title={search ? 'No store of this name' : 'This account has no object stores yet'}
              action={!search && create}
            >
              {search
                ? 'Take the search away to see all.'
                : 'A store holds files of any size. One that an application or "nats object add" makes appears here.'}
            </Empty>
          ) : (
            <>
              <DataTable
                label="Object stores"
                columns={columns}
                rows={page.items}
                keyOf={(row) => row.store}
                sorting={sorting}
                onSort={({ sort, order }) => url.set({ sort, order, cursor: null })}
                to={(row) => storeUrl(clusterId, row.store)}
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
