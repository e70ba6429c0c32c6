import { useParams } from 'react-router-dom';
import { toProblem } from '../../api/client';
import { useApi, useMay } from '../../api/hooks';
import { mayOnStream, mayReadPayloads, useMayChange } from '../../api/mayChange';
import { ActsMenu, OpenedAct } from '../../components/ActsMenu';
import { Head } from '../../components/Head';
import { NoAccess } from '../../components/NoAccess';
import { pageUrl, Quiet, Stack, State } from '../../components/parts';
import { Loaded } from '../../components/States';
import { Tabs } from '../../components/Tabs';
import { RangePicker } from '../../range/RangePicker';
import { useRange } from '../../range/useRange';
import { useUrl } from '../../useUrl';
import { StreamConsumers } from '../consumers/ConsumersPage';
import { streamActs } from './acts/streamActs';
import { History } from './change/History';
import { ConfigTab, configKeys } from './ConfigTab';
import { filterKeys } from './filter';
import { MessagesTab } from './MessagesTab';
import { Overview } from './Overview';
import { RestorePanel } from './RestorePanel';
import { SubjectsTab } from './SubjectsTab';

const tabs = [
  ['overview', 'Overview'],
  ['messages', 'Messages'],
  ['consumers', 'Consumers'],
  ['subjects', 'Subjects'],
  ['config', 'Configuration'],
] as const;
type TabId = (typeof tabs)[number][0];

/** Another tab's filters mean nothing here, so they stay behind. */
const ofOneTab = ['cursor', 'search', 'sort', 'order', 'msg', 'create', 'of', ...configKeys, ...filterKeys];

export function StreamPage() {
  const { cluster: clusterId = '', stream = '' } = useParams();
  const url = useUrl();
  const may = useMay();
  const info = useApi('getStream', { params: { clusterId, stream } }, { every: 10_000 });
  const range = useRange();
  const change = useMayChange(clusterId);
  const acts = info.data ? streamActs({ clusterId, row: info.data.row, config: info.data.config, may: change }) : [];
  const tab = tabs.find(([id]) => id === url.get('tab'))?.[0] ?? 'overview';
  const payloads = mayReadPayloads(may, clusterId, stream);
  const consumers = may('consumers:read', { cluster: clusterId, name: stream });
  const offered = (id: TabId) => (id === 'messages' ? payloads : id === 'consumers' ? consumers : true);
  const go = (id: TabId) =>
    url.set({ ...Object.fromEntries(ofOneTab.map((key) => [key, null])), tab: id === 'overview' ? null : id }, false);
  return (
    <Stack>
      <Head items={[['Streams', pageUrl(`streams?cluster=${clusterId}`)], [stream]]} of={info}>
        {info.data && (
          <State
            state={info.data.row.replica.state}
            hint={info.data.row.replica.leader ? `leader ${info.data.row.replica.leader}` : undefined}
          />
        )}
        {info.data?.row.description && <Quiet>{info.data.row.description}</Quiet>}
        {tab === 'overview' && <RangePicker of={range} />}
        <ActsMenu label={`Actions on the stream ${stream}`} acts={acts} />
      </Head>
      <OpenedAct acts={acts} readOnly={change.readOnly} />
      <Tabs tabs={tabs.filter(([id]) => offered(id))} active={tab} onGo={go} />
      <Loaded of={info}>
        {(known) =>
          !offered(tab) ? (
            <NoAccess
              what={tab === 'messages' ? 'message payloads' : 'consumers'}
              role={tab === 'messages' ? 'reader' : 'viewer'}
              on={`the stream ${stream}`}
            />
          ) : tab === 'messages' ? (
            <MessagesTab key={stream} clusterId={clusterId} stream={stream} total={known.row.messages} />
          ) : tab === 'consumers' ? (
            <StreamConsumers clusterId={clusterId} stream={stream} />
          ) : tab === 'subjects' ? (
            <SubjectsTab clusterId={clusterId} stream={stream} payloads={payloads} />
          ) : tab === 'config' ? (
            <ConfigTab clusterId={clusterId} stream={stream} config={known.config} />
          ) : (
            <Overview
              clusterId={clusterId}
              stream={known}
              payloads={payloads}
              consumers={consumers}
              range={range}
              onSubjects={() => go('subjects')}
            />
          )
        }
      </Loaded>
      {isGone(info.error) && <Past clusterId={clusterId} stream={stream} />}
    </Stack>
  );
}

const isGone = (error: unknown): boolean => error !== null && toProblem(error).problem.code === 'stream_not_found';

/** What a stream that is gone was, for those who may make it again. */
function Past({ clusterId, stream }: { clusterId: string; stream: string }) {
  const may = useMay();
  const change = useMayChange(clusterId);
  return (
    <>
      {change.streams('operate', stream) && change.streams('create', stream) && (
        <RestorePanel clusterId={clusterId} stream={stream} />
      )}
      {mayOnStream(may, 'update', clusterId, stream) && (
        <History clusterId={clusterId} stream={stream} gone restorable={change.streams('create', stream)} />
      )}
    </>
  );
}
