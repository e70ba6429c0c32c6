import type { AccountUse } from '@jetstream-console/contract';
import { useApi } from '../../../api/hooks';
import { CursorPager } from '../../../components/CursorPager';
import { DataTable, type Column } from '../../../components/DataTable';
import { Refresh } from '../../../components/Head';
import { Count, Mono, Quiet, Row, Stack } from '../../../components/parts';
import { SearchBox } from '../../../components/SearchBox';
import { Empty, Loaded } from '../../../components/States';
import { bytes, exact } from '../../../format';
import { sortingFrom, useUrl } from '../../../useUrl';

const sorts = ['name', 'connections', 'storage', 'memory', 'api_errors'] as const;

const columns: Column<AccountUse>[] = [
  { id: 'name', header: 'Account', sort: true, grow: true, cell: (row) => <Mono>{row.name}</Mono> },
  {
    id: 'connections',
    header: 'Connections',
    numeric: true,
    sort: true,
    cell: (row) => <Count value={row.connections} />,
  },
  {
    id: 'slow',
    header: 'Slow consumers',
    numeric: true,
    wide: true,
    cell: (row) => <Count value={row.slowConsumers} />,
  },
  {
    id: 'storage',
    header: 'Storage',
    numeric: true,
    sort: true,
    cell: (row) => (row.jetstream === null ? <Quiet>no JetStream</Quiet> : bytes(row.jetstream.storage)),
  },
  {
    id: 'memory',
    header: 'Memory',
    numeric: true,
    wide: true,
    sort: true,
    cell: (row) => (row.jetstream === null ? <Quiet>–</Quiet> : bytes(row.jetstream.memory)),
  },
  {
    id: 'api_errors',
    header: 'API errors',
    numeric: true,
    wide: true,
    sort: true,
    cell: (row) => <Count value={row.jetstream?.apiErrors} />,
  },
];

/** Every account of the servers, and what it uses. */
export function Accounts({ clusterId }: { clusterId: string }) {
  const url = useUrl();
  const sorting = sortingFrom(url, sorts, { sort: 'connections', order: 'desc' });
  const search = url.get('search');
  const cursor = url.get('cursor');
  const query = { ...sorting, search, cursor, limit: 50 };
  const list = useApi('listAccounts', { params: { clusterId }, query }, { every: 30_000 });
  return (
    <Stack>
      <Row>
        <SearchBox
          label="Search accounts"
          placeholder="Account  ( f )"
          value={search ?? ''}
          onChange={(text) => url.set({ search: text, cursor: null })}
        />
        <Refresh of={list} />
      </Row>
      <Loaded of={list}>
        {({ items, nextCursor, total, servers }) =>
          items.length === 0 ? (
            <Empty title="No account has this in its name">Take the search away to see all.</Empty>
          ) : (
            <>
              <DataTable
                label="Accounts"
                columns={columns}
                rows={items}
                keyOf={(row) => row.name}
                sorting={sorting}
                onSort={({ sort, order }) => url.set({ sort, order, cursor: null })}
              />
              <CursorPager of={{ items, nextCursor, total }} />
              <Quiet>
                Summed over the {exact(servers)} {servers === 1 ? 'server that answers' : 'servers that answer'};
                storage and memory count every copy.
              </Quiet>
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}
