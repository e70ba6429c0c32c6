import { LinkButton } from '@grafana/ui';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useMayChange } from '../../api/mayChange';
import { ClusterScope } from '../../components/ClusterScope';
import { CursorPager } from '../../components/CursorPager';
import { DataTable, type Column } from '../../components/DataTable';
import { Head } from '../../components/Head';
import { Row, Stack } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Empty, Loaded } from '../../components/States';
import { useKeys } from '../../useKeys';
import { useUrl, type Sorting } from '../../useUrl';
import { CreateStore } from './CreateStore';
import type { StoreKind } from './kinds';

interface ScopeProps {
  readonly kind: StoreKind;
  readonly children: (clusterId: string, picker: ReactNode) => ReactNode;
}

/** The list of a cluster's buckets or stores, and the page that makes one more. */
export function StoreScope({ kind, children }: ScopeProps) {
  const creating = useUrl().get('create') !== undefined;
  return (
    <ClusterScope>
      {({ id }, picker) =>
        creating ? (
          <Stack>
            <Head items={[[kind.title, kind.listUrl(id)], [`Create ${kind.one}`]]}>{picker}</Head>
            <CreateStore key={id} kind={kind} clusterId={id} />
          </Stack>
        ) : (
          children(id, picker)
        )
      }
    </ClusterScope>
  );
}

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly total: number | null;
}
interface Props<T> {
  readonly kind: StoreKind;
  readonly clusterId: string;
  readonly picker: ReactNode;
  readonly list: UseQueryResult<Page<T>, Error>;
  readonly sorting: Sorting;
  readonly columns: readonly Column<T>[];
  readonly nameOf: (row: T) => string;
}

/** Buckets or stores, a page at a time, sorted and searched on the server. */
export function StoreList<T>({ kind, clusterId, picker, list, sorting, columns, nameOf }: Props<T>) {
  const url = useUrl();
  const search = url.get('search');
  const mayCreate = useMayChange(clusterId).named(`${kind.resource}:create`);
  useKeys(mayCreate ? { c: () => url.set({ create: '1' }, false) } : {});
  const create = mayCreate && (
    <LinkButton size="sm" icon="plus" tooltip="Create ( c )" href={`${kind.listUrl(clusterId)}&create=1`}>
      Create {kind.one}
    </LinkButton>
  );
  return (
    <Stack>
      <Head items={[[kind.title]]} of={list}>
        {picker}
        {create}
      </Head>
      <Row>
        <SearchBox
          label={`Search ${kind.many}`}
          placeholder="Name  ( f )"
          value={search ?? ''}
          onChange={(text) => url.set({ search: text, cursor: null })}
        />
      </Row>
      <Loaded of={list}>
        {({ items, nextCursor, total }) =>
          items.length === 0 ? (
            <Empty
              title={search ? `No ${kind.what} of this name` : `This account has no ${kind.many} yet`}
              action={!search && create}
            >
              {search ? 'Take the search away to see all.' : kind.empty}
            </Empty>
          ) : (
            <>
              <DataTable
                label={kind.listLabel}
                columns={columns}
                rows={items}
                keyOf={nameOf}
                sorting={sorting}
                onSort={({ sort, order }) => url.set({ sort, order, cursor: null })}
                to={(row) => kind.url(clusterId, nameOf(row))}
              />
              <CursorPager of={{ items, nextCursor, total }} />
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}
