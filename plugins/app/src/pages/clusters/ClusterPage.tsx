import { Alert, Button, ConfirmModal, InlineSwitch, LinkButton } from '@grafana/ui';
import type { Cluster, TestReport } from '@jetstream-console/contract';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { useAct, useApi, useMay, useMaySeeWhole } from '../../api/hooks';
import { Head } from '../../components/Head';
import { Facts, pageUrl, Panel, Quiet, Row, Stack, State } from '../../components/parts';
import { Loaded, Problem } from '../../components/States';
import { FindingsHere } from '../../findings/Findings';
import { time } from '../../format';
import { Tabs } from '../../components/Tabs';
import { RangePicker } from '../../range/RangePicker';
import { useRange } from '../../range/useRange';
import { useUrl } from '../../useUrl';
import { Account } from './Account';
import { ClusterCharts } from './ClusterCharts';
import { Advisories } from './advisories/Advisories';
import { Accounts } from './operations/Accounts';
import { Connections } from './operations/Connections';
import { Health } from './operations/Health';
import { Leaders } from './leaders/Leaders';
import { Servers } from './Servers';
import { Slots } from './Slots';
import { TestReportView } from './TestReport';

function OverTime({ clusterId }: { clusterId: string }) {
  const range = useRange();
  const servers = useApi('clusterServers', { params: { clusterId } });
  return (
    <Panel title="Over time" actions={<RangePicker of={range} />}>
      <ClusterCharts clusterId={clusterId} servers={servers.data?.source === 'system_account'} range={range} />
    </Panel>
  );
}

function Acts({ cluster, onReport }: { cluster: Cluster; onReport: (report: TestReport) => void }) {
  const navigate = useNavigate();
  const may = useMay();
  const [leaving, setLeaving] = useState(false);
  const test = useAct('testCluster');
  const update = useAct('updateCluster');
  const remove = useAct('deleteCluster');
  const clusterId = cluster.id;
  const change = may('clusters:update', { cluster: clusterId });
  const error = test.error ?? update.error ?? remove.error;
  return (
    <>
      <Row>
        {may('streams:read', { cluster: clusterId }) && (
          <LinkButton size="sm" icon="list-ul" href={pageUrl(`streams?cluster=${clusterId}`)}>
            Streams
          </LinkButton>
        )}
        {may('consumers:read', { cluster: clusterId }) && (
          <LinkButton size="sm" variant="secondary" icon="users-alt" href={pageUrl(`consumers?cluster=${clusterId}`)}>
            Consumers
          </LinkButton>
        )}
        {may('kv_stores:read', { cluster: clusterId }) && (
          <LinkButton size="sm" variant="secondary" icon="key-skeleton-alt" href={pageUrl(`kv?cluster=${clusterId}`)}>
            Key-value
          </LinkButton>
        )}
        {change && (
          <>
            <Button
              size="sm"
              variant="secondary"
              icon="heart-rate"
              disabled={test.isPending}
              onClick={() => test.mutate({ params: { clusterId } }, { onSuccess: onReport })}
            >
              {test.isPending ? 'Testing' : 'Test'}
            </Button>
            <LinkButton size="sm" variant="secondary" icon="pen" href={pageUrl(`clusters/${clusterId}/edit`)}>
              Change
            </LinkButton>
            <InlineSwitch
              id="read-only"
              label="Read-only"
              aria-label="Read-only"
              showLabel
              transparent
              value={cluster.readOnly}
              disabled={update.isPending}
              onChange={(event) =>
                update.mutate({
                  params: { clusterId },
                  body: { readOnly: event.currentTarget.checked, version: cluster.version },
                })
              }
            />
          </>
        )}
        {may('clusters:delete', { cluster: clusterId }) && (
          <Button size="sm" variant="destructive" fill="outline" icon="trash-alt" onClick={() => setLeaving(true)}>
            Forget
          </Button>
        )}
      </Row>
      {error && <Problem error={error} />}
      <ConfirmModal
        isOpen={leaving}
        title={`Forget ${cluster.name}`}
        confirmText="Forget"
        confirmationText={cluster.name}
        onDismiss={() => setLeaving(false)}
        body="The console forgets this cluster and its credentials, and everyone loses sight of it here. Nothing in NATS changes."
        onConfirm={() => {
          setLeaving(false);
          remove.mutate({ params: { clusterId } }, { onSuccess: () => navigate(pageUrl('clusters')) });
        }}
      />
    </>
  );
}

const allTabs = [
  ['servers', 'Servers'],
  ['connections', 'Connections'],
  ['accounts', 'Accounts'],
  ['health', 'Health'],
  ['advisories', 'Advisories'],
] as const;
/** What one tab keeps in the URL says nothing to another. */
const elsewhere = {
  ...{ search: null, cursor: null, sort: null, order: null, state: null, connection: null, act: null },
  ...{ type: null, severity: null, stream: null, consumer: null, server: null, account: null, advisory: null },
};

/** Can it be reached, and is it sound? */
export function ClusterPage() {
  const { cluster: clusterId = '' } = useParams();
  const may = useMay();
  const [report, setReport] = useState<TestReport | null>(null);
  const cluster = useApi('getCluster', { params: { clusterId } });
  const health = useApi('clusterHealth', { params: { clusterId } }, { every: 10_000 });
  const change = may('clusters:update', { cluster: clusterId });
  const whole = useMaySeeWhole()(clusterId);
  const url = useUrl();
  const accounts = may('accounts:read', { cluster: clusterId });
  const tabs = allTabs.filter(
    ([id]) =>
      id === 'servers' ||
      id === 'advisories' ||
      (id === 'connections' ? may('connections:read', { cluster: clusterId }) : accounts),
  );
  const tab = tabs.find(([id]) => id === url.get('tab'))?.[0] ?? 'servers';
  return (
    <Stack>
      <Head items={[['Clusters', pageUrl('clusters')], [cluster.data?.name ?? 'Cluster']]} of={health}>
        {health.data && <State state={health.data.state} hint={health.data.error} />}
        {typeof health.data?.rttMs === 'number' && <Quiet>round trip {health.data.rttMs} ms</Quiet>}
      </Head>
      <Loaded of={cluster}>
        {(known) => (
          <>
            <Acts cluster={known} onReport={setReport} />
            {known.readOnly && (
              <Alert
                severity="info"
                title="Read-only: nothing in this cluster is changed from here, whatever a role allows."
              />
            )}
            {report && <TestReportView report={report} />}
            {tab === 'servers' && <FindingsHere place={{ clusterId }} />}
            {health.data?.state === 'unreachable' && (
              <Alert severity="warning" title="The cluster cannot be reached">
                <p>{health.data.error}</p>
                {change && <p>Test says for each URL how far it comes, and what to do.</p>}
              </Alert>
            )}
            {tabs.length > 1 && (
              <Tabs
                tabs={tabs}
                active={tab}
                onGo={(id) => url.set({ ...elsewhere, tab: id === 'servers' ? null : id }, false)}
              />
            )}
            {tab === 'connections' && <Connections clusterId={clusterId} />}
            {tab === 'accounts' && <Accounts clusterId={clusterId} />}
            {tab === 'health' && <Health clusterId={clusterId} />}
            {tab === 'advisories' && <Advisories clusterId={clusterId} />}
            {tab === 'servers' && (
              <>
                {health.data?.state !== 'unreachable' && (
                  <>
                    <Panel title="Account">
                      <Account clusterId={clusterId} />
                    </Panel>
                    <Panel title="Servers">
                      <Servers clusterId={clusterId} />
                    </Panel>
                    {whole && may('consumers:read', { cluster: clusterId }) && <Leaders clusterId={clusterId} />}
                    {whole && <OverTime clusterId={clusterId} />}
                  </>
                )}
                <Slots cluster={known} change={change} />
                <Panel title="Connection">
                  <Connection cluster={known} />
                </Panel>
              </>
            )}
          </>
        )}
      </Loaded>
    </Stack>
  );
}

const tlsWords: Record<Cluster['tls']['mode'], string> = {
  auto: 'as the server demands',
  required: 'required',
  first: 'TLS first',
};

function Connection({ cluster }: { cluster: Cluster }) {
  return (
    <Facts
      facts={[
        ['URLs', cluster.urls.join(', ')],
        [
          'TLS',
          [
            tlsWords[cluster.tls.mode],
            cluster.tls.ca === undefined ? '' : 'with an own CA',
            cluster.tls.serverName === undefined ? '' : `as ${cluster.tls.serverName}`,
          ]
            .filter((part) => part !== '')
            .join(', '),
        ],
        ['JetStream domain', cluster.domain ?? 'none'],
        ['Inbox prefix', cluster.inboxPrefix ?? '_INBOX'],
        ...Object.entries(cluster.labels).map(([name, value]): [string, string] => [name, value]),
        ['Connected here', time(cluster.createdAt)],
        ['Changed', time(cluster.updatedAt)],
      ]}
    />
  );
}
