import { Alert, Button, ConfirmModal, LinkButton } from '@grafana/ui';
import type { ResponseOf, Routes, TestReport } from '@jetstream-console/contract';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { useAct, useApi, useMay } from '../../api/hooks';
import { DataTable, type Column } from '../../components/DataTable';
import {
  Count,
  Crumbs,
  Figure,
  Figures,
  From,
  pageUrl,
  Panel,
  Quiet,
  Row,
  Stack,
  State,
  Use,
} from '../../components/parts';
import { Loaded, Problem } from '../../components/States';
import { bytes, count, duration, exact, limit } from '../../format';
import { TestReportView } from './TestReport';

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

function Account({ clusterId }: { clusterId: string }) {
  const info = useApi('clusterInfo', { params: { clusterId } }, { every: 15_000 });
  return (
    <Loaded of={info}>
      {(account) => (
        <Figures>
          <Figure
            name="Streams"
            value={count(account.streams)}
            hint={`limit: ${limit(account.limits.maxStreams, exact)}`}
          />
          <Figure
            name="Consumers"
            value={count(account.consumers)}
            hint={`limit: ${limit(account.limits.maxConsumers, exact)}`}
          />
          <Figure
            name="File storage"
            value={bytes(account.storage)}
            hint={`limit: ${limit(account.limits.maxStorage, bytes)}`}
          />
          <Figure
            name="Memory storage"
            value={bytes(account.memory)}
            hint={`limit: ${limit(account.limits.maxMemory, bytes)}`}
          />
          <Figure
            name="API errors"
            value={count(account.api.errors)}
            hint={`of ${exact(account.api.total)} requests since the server started; JetStream API level ${account.api.level}`}
          />
          {account.domain && <Figure name="Domain" value={account.domain} />}
        </Figures>
      )}
    </Loaded>
  );
}

function Servers({ clusterId }: { clusterId: string }) {
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

export function ClusterPage() {
  const { cluster: clusterId = '' } = useParams();
  const navigate = useNavigate();
  const may = useMay();
  const [report, setReport] = useState<TestReport | null>(null);
  const [leaving, setLeaving] = useState(false);
  const cluster = useApi('getCluster', { params: { clusterId } });
  const health = useApi('clusterHealth', { params: { clusterId } }, { every: 10_000 });
  const test = useAct('testCluster');
  const remove = useAct('deleteCluster');
  const change = may('clusters:update', { cluster: clusterId });
  return (
    <Loaded of={cluster}>
      {(known) => (
        <Stack>
          <Row>
            <Crumbs items={[['Clusters', pageUrl('clusters')], [known.name]]} />
            {health.data && <State state={health.data.state} hint={health.data.error} />}
            {typeof health.data?.rttMs === 'number' && <Quiet>round trip {health.data.rttMs} ms</Quiet>}
          </Row>
          <Row>
            <LinkButton size="sm" icon="list-ul" href={pageUrl(`streams?cluster=${clusterId}`)}>
              Streams
            </LinkButton>
            <LinkButton size="sm" variant="secondary" icon="users-alt" href={pageUrl(`consumers?cluster=${clusterId}`)}>
              Consumers
            </LinkButton>
            <LinkButton size="sm" variant="secondary" icon="key-skeleton-alt" href={pageUrl(`kv?cluster=${clusterId}`)}>
              Key-value
            </LinkButton>
            {change && (
              <Button
                size="sm"
                variant="secondary"
                icon="heart-rate"
                disabled={test.isPending}
                onClick={() => test.mutate({ params: { clusterId } }, { onSuccess: setReport })}
              >
                {test.isPending ? 'Testing' : 'Test'}
              </Button>
            )}
            {change && (
              <LinkButton size="sm" variant="secondary" icon="pen" href={pageUrl(`clusters/${clusterId}/edit`)}>
                Change
              </LinkButton>
            )}
            {may('clusters:delete', { cluster: clusterId }) && (
              <Button size="sm" variant="destructive" fill="outline" icon="trash-alt" onClick={() => setLeaving(true)}>
                Forget
              </Button>
            )}
          </Row>
          {known.readOnly && (
            <Alert
              severity="info"
              title="Read-only: nothing in this cluster is changed from here, whatever a role allows."
            />
          )}
          {change && known.sharedCredential && known.slots.length > 0 && (
            <Quiet>
              One credential serves several levels: NATS itself does not keep readers from changing things, only the
              console does.
            </Quiet>
          )}
          {test.error && <Problem error={test.error} />}
          {remove.error && <Problem error={remove.error} />}
          {report && <TestReportView report={report} />}
          {health.data?.state === 'unreachable' ? (
            <Alert severity="warning" title="The cluster cannot be reached">
              {health.data.error}
            </Alert>
          ) : (
            <>
              <Panel title="Account">
                <Account clusterId={clusterId} />
              </Panel>
              <Panel title="Servers">
                <Servers clusterId={clusterId} />
              </Panel>
            </>
          )}
          <ConfirmModal
            isOpen={leaving}
            title={`Forget ${known.name}`}
            confirmText="Forget"
            confirmationText={known.name}
            onDismiss={() => setLeaving(false)}
            body="The console forgets this cluster and its credentials. Nothing in NATS changes."
            onConfirm={() =>
              remove.mutate({ params: { clusterId } }, { onSuccess: () => navigate(pageUrl('clusters')) })
            }
          />
        </Stack>
      )}
    </Loaded>
  );
}
