import type { AccountUse } from '@jetstream-console/contract';
import { useApi } from '../../../api/hooks';
import { CursorPager } from '../../../components/CursorPager';
import { DataTable, type Column } from '../../../components/DataTable';
import { Refresh } from '../../../components/Head';
import { Count, Mono, Quiet, Row, Stack, Use } from '../../../components/parts';
import { SearchBox } from '../../../components/SearchBox';
import { Split } from '../../../components/Split';
import { Empty, Loaded } from '../../../components/States';
import { bytes, exact } from '../../../format';
import { useRowFocus } from '../../../useRowFocus';
import { sortingFrom, useUrl } from '../../../useUrl';
import { AccountPanel } from './AccountPanel';

const sorts = ['name', 'connections', 'storage', 'memory', 'api_errors'] as const;

/** A limit and how much of it is used, or which tiers have limits of their own. */
function Limit({ of: { jetstream }, what }: { of: AccountUse; what: 'storage' | 'memory' }) {
  if (jetstream === null) return <Quiet>–</Quiet>;
  if (jetstream.limits === null) return <Quiet>by tier: {jetstream.tiers.join(', ')}</Quiet>;
  const { max, share } = jetstream.limits[what];
  if (max === 0) return <Quiet>none allowed</Quiet>;
  return <Use use={share} of={bytes(max)} />;
}

const columnsOf = (narrow: boolean): Column<AccountUse>[] => [
  {
    id: 'name',
    header: 'Account',
    sort: true,
    grow: true,
    cell: (row) =>
      row.nameTag === null ? (
        <Mono>{row.name}</Mono>
      ) : (
        <>
          {row.nameTag}
          <br />
          <Quiet>
            <Mono>{row.name}</Mono>
          </Quiet>
        </>
      ),
  },
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
  { id: 'storage_limit', header: 'Of its limit', cell: (row) => <Limit of={row} what="storage" /> },
  ...(narrow
    ? []
    : [
        {
          id: 'memory',
          header: 'Memory',
          numeric: true,
          wide: true,
          sort: true,
          cell: (row: AccountUse) => (row.jetstream === null ? <Quiet>–</Quiet> : bytes(row.jetstream.memory)),
        },
        {
          id: 'memory_limit',
          header: 'Of its limit',
          wide: true,
          cell: (row: AccountUse) => <Limit of={row} what="memory" />,
        },
        {
          id: 'api_errors',
          header: 'API errors',
          numeric: true,
          wide: true,
          sort: true,
          cell: (row: AccountUse) => <Count value={row.jetstream?.apiErrors} />,
        },
      ]),
];

/** Every account of the servers, what it uses, and of which limits. */
export function Accounts({ clusterId }: { clusterId: string }) {
  const url = useUrl();
  const sorting = sortingFrom(url, sorts, { sort: 'connections', order: 'desc' });
  const search = url.get('search');
  const cursor = url.get('cursor');
  const query = { ...sorting, search, cursor, limit: 50 };
  const list = useApi('listAccounts', { params: { clusterId }, query }, { every: 30_000 });
  const opened = url.get('account') ?? null;
  useRowFocus(opened);
  const step = (by: number) => {
    const items = list.data?.items ?? [];
    const next = items[items.findIndex(({ name }) => name === opened) + by];
    if (next) url.set({ account: next.name });
  };
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
      <Split
        label="The opened account"
        open={
          opened === null ? null : (
            <AccountPanel
              key={opened}
              clusterId={clusterId}
              account={opened}
              onStep={step}
              onClose={() => url.set({ account: null })}
            />
          )
        }
      >
        <Loaded of={list}>
          {({ items, nextCursor, total, servers }) =>
            items.length === 0 ? (
              <Empty title="No account has this in its name">Take the search away to see all.</Empty>
            ) : (
              <>
                <DataTable
                  label="Accounts"
                  columns={columnsOf(opened !== null)}
                  rows={items}
                  keyOf={(row) => row.name}
                  onRow={(row) => url.set({ account: row.name })}
                  selected={opened ?? undefined}
                  sorting={sorting}
                  onSort={({ sort, order }) => url.set({ sort, order, cursor: null })}
                />
                <CursorPager of={{ items, nextCursor, total }} />
                <Quiet>
                  Connections of the {exact(servers)} {servers === 1 ? 'server that answers' : 'servers that answer'};
                  storage and memory are those of every copy in the cluster.
                </Quiet>
              </>
            )
          }
        </Loaded>
      </Split>
    </Stack>
  );
}
