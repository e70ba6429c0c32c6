import { Alert, Badge } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useApi } from '../../../api/hooks';
import { useMayChange } from '../../../api/mayChange';
import { ActsMenu, OpenedAct } from '../../../components/ActsMenu';
import { DataTable, type Column } from '../../../components/DataTable';
import { Refresh } from '../../../components/Head';
import { Panel, Quiet, Stack } from '../../../components/parts';
import { Loaded } from '../../../components/States';
import { duration, exact } from '../../../format';
import { metaActs } from './metaActs';

type Check = ResponseOf<Routes['checkServers']>['items'][number];
type Peer = ResponseOf<Routes['getMetaGroup']>['peers'][number];

const placeOf = ({ account, stream, consumer }: Check['problems'][number]) =>
  [account, stream, consumer].filter((part) => part !== null).join(' > ');

const checks: Column<Check>[] = [
  { id: 'server', header: 'Server', cell: (row) => row.server.name },
  { id: 'version', header: 'Version', cell: (row) => row.server.version },
  {
    id: 'status',
    header: 'Its own word',
    cell: (row) => <Badge color={row.ok ? 'green' : 'red'} text={row.status} />,
  },
  {
    id: 'problems',
    header: 'What it finds',
    grow: true,
    cell: (row) =>
      row.problems.length === 0 ? (
        <Quiet>nothing</Quiet>
      ) : (
        <>
          {row.problems.slice(0, 5).map((problem) => (
            <div key={`${placeOf(problem)} ${problem.error}`}>
              {placeOf(problem)} {problem.error}
            </div>
          ))}
          {row.problemCount > 5 && <Quiet>and {exact(row.problemCount - 5)} more</Quiet>}
        </>
      ),
  },
];

const peers: Column<Peer>[] = [
  {
    id: 'name',
    header: 'Server',
    grow: true,
    cell: (row) => (
      <>
        {row.name} {row.leader && <Badge color="blue" text="leads" />}
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    cell: (row) =>
      row.offline ? (
        <Badge color="red" text="offline" />
      ) : row.current === false ? (
        <Badge color="orange" text="behind" />
      ) : (
        <Badge color="green" text="current" />
      ),
  },
  { id: 'lag', header: 'Behind by', numeric: true, cell: (row) => (row.lag === null ? '–' : exact(row.lag)) },
  {
    id: 'active',
    header: 'Last heard of',
    cell: (row) => (row.activeSeconds === null ? '–' : `${duration(row.activeSeconds)} ago`),
  },
];

/** What servers say of their own health, and of the group that places streams. */
export function Health({ clusterId }: { clusterId: string }) {
  const found = useApi('checkServers', { params: { clusterId } }, { every: 15_000 });
  const meta = useApi('getMetaGroup', { params: { clusterId } }, { every: 15_000 });
  const may = useMayChange(clusterId);
  const silent = (meta.data?.peers ?? [])
    .map(({ name }) => name)
    .filter((name) => found.data && !found.data.items.some(({ server }) => server.name === name));
  const acts = meta.data?.clustered ? metaActs({ clusterId, meta: meta.data, may }) : [];
  return (
    <Stack>
      <Panel title="Health of each server" actions={<Refresh of={found} />}>
        <Loaded of={found}>
          {({ items }) => (
            <>
              {silent.length > 0 && (
                <Alert severity="warning" title={`No answer of ${silent.join(', ')}`}>
                  What does not answer in time is down, or hangs: look at its log.
                </Alert>
              )}
              <DataTable label="Health" columns={checks} rows={items} keyOf={(row) => row.server.id} />
            </>
          )}
        </Loaded>
      </Panel>
      <Panel
        title="Meta group"
        actions={
          <>
            <ActsMenu label="Actions on the meta group" acts={acts} />
            <Refresh of={meta} />
          </>
        }
      >
        <OpenedAct acts={acts} readOnly={may.readOnly} />
        <Loaded of={meta}>
          {({ clustered, leader, peers: rows }) =>
            !clustered ? (
              <Quiet>One server by itself decides alone where streams live.</Quiet>
            ) : leader === null ? (
              <Alert
                severity="error"
                title="The meta group has no leader: no stream or consumer can be made, changed or deleted"
              >
                It takes more than half of its servers. Start the ones that are down.
              </Alert>
            ) : (
              <DataTable label="Meta group" columns={peers} rows={rows} keyOf={(row) => row.name} />
            )
          }
        </Loaded>
      </Panel>
    </Stack>
  );
}
