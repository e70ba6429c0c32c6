import { Alert, Badge, RadioButtonGroup } from '@grafana/ui';
import { connectionSorts, type ClientConnection } from '@jetstream-console/contract';
import { useApi } from '../../../api/hooks';
import { CursorPager } from '../../../components/CursorPager';
import { DataTable, type Column } from '../../../components/DataTable';
import { Refresh } from '../../../components/Head';
import { Count, Mono, Quiet, Row, Stack } from '../../../components/parts';
import { SearchBox } from '../../../components/SearchBox';
import { Split } from '../../../components/Split';
import { Empty, Loaded } from '../../../components/States';
import { ago, bytes, duration, exact, time } from '../../../format';
import { useRowFocus } from '../../../useRowFocus';
import { sortingFrom, useUrl } from '../../../useUrl';
import { ConnectionPanel } from './ConnectionPanel';

const states = [
  { label: 'Open', value: 'open' as const },
  { label: 'Closed', value: 'closed' as const },
];
const keyOf = ({ server, cid }: ClientConnection) => `${server.id}.${cid}`;

function Reason({ of: { reason } }: { of: ClientConnection }) {
  if (reason === null) return <>–</>;
  return /slow consumer/i.test(reason) ? <Badge color="red" text={reason} /> : <>{reason}</>;
}

const columnsOf = (closed: boolean, narrow: boolean): Column<ClientConnection>[] => [
  {
    id: 'name',
    header: 'Client',
    grow: true,
    cell: (row) => (
      <>
        {row.name ?? <Quiet>no name</Quiet>}
        <br />
        <Quiet>
          {row.ip}:{row.port} on {row.server.name}
        </Quiet>
      </>
    ),
  },
  ...(narrow
    ? []
    : [
        {
          id: 'account',
          header: 'Account',
          nowrap: true,
          cell: (row: ClientConnection) => <Mono>{row.account ?? '–'}</Mono>,
        },
        {
          id: 'user',
          header: 'User',
          nowrap: true,
          wide: true,
          cell: (row: ClientConnection) => <Mono>{row.user ?? '–'}</Mono>,
        },
      ]),
  ...(closed
    ? [
        {
          id: 'stopped',
          header: 'Closed',
          sort: true,
          cell: (row: ClientConnection) => <span title={time(row.stoppedAt)}>{ago(row.stoppedAt)}</span>,
        },
        { id: 'reason', header: 'Why', cell: (row: ClientConnection) => <Reason of={row} /> },
      ]
    : [
        {
          id: 'pending',
          header: 'Waits to be sent',
          numeric: true,
          sort: true,
          cell: (row: ClientConnection) => (row.pendingBytes === 0 ? <Quiet>0</Quiet> : bytes(row.pendingBytes)),
        },
        {
          id: 'subscriptions',
          header: 'Subscriptions',
          numeric: true,
          sort: true,
          cell: (row: ClientConnection) => <Count value={row.subscriptions} />,
        },
        ...(narrow
          ? []
          : [
              {
                id: 'out_msgs',
                header: 'Sent to it',
                numeric: true,
                wide: true,
                sort: true,
                cell: (row: ClientConnection) => <Count value={row.outMsgs} />,
              },
              {
                id: 'in_msgs',
                header: 'Came from it',
                numeric: true,
                wide: true,
                sort: true,
                cell: (row: ClientConnection) => <Count value={row.inMsgs} />,
              },
              {
                id: 'idle',
                header: 'Silent for',
                wide: true,
                sort: true,
                cell: (row: ClientConnection) => (row.idleSeconds === null ? '–' : duration(row.idleSeconds)),
              },
            ]),
      ]),
];

/** Who is connected, the one that the servers wait for most first. */
export function Connections({ clusterId }: { clusterId: string }) {
  const url = useUrl();
  const state = url.get('state') === 'closed' ? 'closed' : 'open';
  const closed = state === 'closed';
  const sorting = sortingFrom(url, connectionSorts, { sort: closed ? 'stopped' : 'pending', order: 'desc' });
  const search = url.get('search');
  const cursor = url.get('cursor');
  const opened = url.get('connection') ?? null;
  const query = { ...sorting, state, search, cursor, limit: 50 } as const;
  const list = useApi('listClusterConnections', { params: { clusterId }, query }, { every: 15_000 });
  useRowFocus(opened);
  const step = (by: number) => {
    const items = list.data?.items ?? [];
    const next = items[items.findIndex((item) => keyOf(item) === opened) + by];
    if (next) url.set({ connection: keyOf(next), act: null });
  };
  return (
    <Stack>
      <Row>
        <SearchBox
          label="Search connections"
          placeholder="Name, user, account, address  ( f )"
          value={search ?? ''}
          onChange={(text) => url.set({ search: text, cursor: null })}
        />
        <RadioButtonGroup
          size="md"
          aria-label="Connections that are"
          options={states}
          value={state}
          onChange={(value) =>
            url.set({ state: value === 'open' ? null : value, sort: null, order: null, cursor: null, connection: null })
          }
        />
        <Refresh of={list} />
      </Row>
      <Split
        label="The opened connection"
        open={
          opened === null ? null : (
            <ConnectionPanel
              key={opened}
              clusterId={clusterId}
              at={opened}
              onStep={step}
              onClose={() => url.set({ connection: null, act: null })}
            />
          )
        }
      >
        <Loaded of={list}>
          {({ items, nextCursor, total, source, complete, known, servers }) => (
            <>
              {source === 'account' && (
                <Alert severity="info" title="These are the clients of the cluster's own account">
                  Add a log-in of the system account to see those of all accounts.
                </Alert>
              )}
              {!complete && (
                <Alert
                  severity="info"
                  title={`The ${servers === 1 ? 'server knows' : 'servers know'} ${exact(known)}: looked at are the first 2,000 of each.`}
                />
              )}
              {items.length === 0 ? (
                <Empty
                  title={search ? 'No connection has this' : closed ? 'None was closed lately' : 'Nobody is connected'}
                >
                  {closed
                    ? 'Servers remember their last closed connections, ten thousand of them unless they are set otherwise.'
                    : 'A client appears here as soon as it connects.'}
                </Empty>
              ) : (
                <>
                  <DataTable
                    label="Connections"
                    columns={columnsOf(closed, opened !== null)}
                    rows={items}
                    keyOf={keyOf}
                    sorting={sorting}
                    onSort={({ sort, order }) => url.set({ sort, order, cursor: null })}
                    selected={opened ?? undefined}
                    onRow={(row) => url.set({ connection: keyOf(row), act: null }, opened !== null)}
                  />
                  <CursorPager of={{ items, nextCursor, total }} />
                </>
              )}
            </>
          )}
        </Loaded>
      </Split>
    </Stack>
  );
}
