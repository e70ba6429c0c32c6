import { Alert, Button, Tab, TabsBar } from '@grafana/ui';
import { useParams } from 'react-router-dom';
import { useApi, useMay } from '../../api/hooks';
import { Crumbs, From, pageUrl, Quiet, Row, Stack, State } from '../../components/parts';
import { Loaded } from '../../components/States';
import { useUrl } from '../../useUrl';
import { Consumers } from '../consumers/ConsumersPage';
import { ConfigTab } from './ConfigTab';
import { MessagesTab } from './MessagesTab';
import { Overview } from './Overview';
import { SubjectsTab } from './SubjectsTab';

const tabs = [
  ['overview', 'Overview'],
  ['messages', 'Messages'],
  ['consumers', 'Consumers'],
  ['subjects', 'Subjects'],
  ['config', 'Configuration'],
] as const;

export function StreamPage() {
  const { cluster: clusterId = '', stream = '' } = useParams();
  const url = useUrl();
  const may = useMay();
  const info = useApi('getStream', { params: { clusterId, stream } }, { every: 10_000 });
  const tab = tabs.find(([id]) => id === url.get('tab'))?.[0] ?? 'overview';
  const payloads = may('messages:read', { cluster: clusterId, name: stream });
  // Another tab's filters mean nothing here, so they stay behind.
  const go = (id: string) =>
    url.set(
      {
        tab: id === 'overview' ? null : id,
        cursor: null,
        search: null,
        sort: null,
        order: null,
        seq: null,
        time: null,
        text: null,
        subject: null,
        header: null,
        regex: null,
        jsonPath: null,
        direction: null,
        message: null,
      },
      false,
    );
  return (
    <Stack>
      <Row>
        <Crumbs items={[['Streams', pageUrl(`streams?cluster=${clusterId}`)], [stream]]} />
        {info.data && (
          <State
            state={info.data.row.replica.state}
            hint={info.data.row.replica.leader ? `leader ${info.data.row.replica.leader}` : undefined}
          />
        )}
        {info.data?.row.description && <Quiet>{info.data.row.description}</Quiet>}
        {info.data && <From provenance={info.data.provenance} />}
        <Button
          variant="secondary"
          fill="text"
          icon="sync"
          aria-label="Refresh"
          onClick={() => {
            void info.refetch();
          }}
        />
      </Row>
      <TabsBar>
        {tabs.map(
          ([id, label]) =>
            (id !== 'messages' || payloads) && (
              <Tab key={id} label={label} active={tab === id} onChangeTab={() => go(id)} />
            ),
        )}
      </TabsBar>
      <Loaded of={info}>
        {(known) => (
          <>
            {tab === 'overview' && <Overview clusterId={clusterId} stream={known} onSubjects={() => go('subjects')} />}
            {tab === 'messages' &&
              (payloads ? (
                <MessagesTab key={stream} clusterId={clusterId} stream={known} />
              ) : (
                <Alert severity="info" title="Your role shows no payloads" data-testid="no-payloads">
                  You see streams and their figures. To read messages ask an administrator of the console for the role
                  reader on this stream.
                </Alert>
              ))}
            {tab === 'consumers' && <Consumers clusterId={clusterId} stream={stream} />}
            {tab === 'subjects' && <SubjectsTab clusterId={clusterId} stream={stream} />}
            {tab === 'config' && <ConfigTab config={known.config} />}
          </>
        )}
      </Loaded>
    </Stack>
  );
}
