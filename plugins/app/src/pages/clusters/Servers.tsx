import { Alert } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useApi } from '../../api/hooks';
import { DataTable, type Column } from '../../components/DataTable';
import { Count, From, Quiet, Use } from '../../components/parts';
import { Loaded } from '../../components/States';
import { bytes, duration } from '../../format';

type Server = ResponseOf<Routes['clusterServers']>['items'][number];
const columns: Column<Server>[] = [
  {
    id: 'name',
    header: 'Server',
    cell: (row) => (
      <>
        <strong>{row.name}</strong>
        {row.jetstream?.metaLeader && <Quiet> meta leader</Quiet>}
      </>
    ),
  },
  { id: 'version', header: 'Version', cell: (row) => row.version },
  {
    id: 'uptime',
    header: 'Up',
    wide: true,
    cell: (row) => (row.uptimeSeconds === null ? '–' : duration(row.uptimeSeconds)),
  },
  {
    id: 'cpu',
    header: 'CPU',
    numeric: true,
    cell: (row) => (row.cpuPercent === null ? '–' : `${Math.round(row.cpuPercent)} %`),
  },
  { id: 'memory', header: 'Memory', numeric: true, cell: (row) => bytes(row.memoryBytes) },
  { id: 'connections', header: 'Connections', numeric: true, cell: (row) => <Count value={row.connections} /> },
  {
    id: 'slow',
    header: 'Slow consumers',
    numeric: true,
    wide: true,
    cell: (row) => <Count value={row.slowConsumers} />,
  },
  {
    id: 'store',
    header: 'Storage',
    cell: (row) =>
      row.jetstream && row.jetstream.storeMax > 0 ? (
        <Use use={row.jetstream.storeUsed / row.jetstream.storeMax} of={bytes(row.jetstream.storeMax)} />
      ) : (
        '–'
      ),
  },
  {
    id: 'api',
    header: 'API errors',
    numeric: true,
    wide: true,
    cell: (row) => <Count value={row.jetstream?.apiErrors} />,
  },
];

/** The servers with their load, as the system account tells, or the one of our own connection. */
export function Servers({ clusterId }: { clusterId: string }) {
  const servers = useApi('clusterServers', { params: { clusterId } }, { every: 15_000 });
  return (
    <Loaded of={servers}>
      {({ source, items, askedAt }) => (
        <>
          {source === 'connection' && (
            <Alert severity="info" title="Only the server of our own connection is known">
              Add a log-in of the system account to see all servers, their load and who leads.
            </Alert>
          )}
          <DataTable label="Servers" columns={columns} rows={items} keyOf={(row) => row.id} />
          <From
            provenance={{
              source: source === 'system_account' ? '$SYS.REQ.SERVER.PING' : 'the connection',
              askedAt,
              tookMs: 0,
            }}
          />
        </>
      )}
    </Loaded>
  );
}
