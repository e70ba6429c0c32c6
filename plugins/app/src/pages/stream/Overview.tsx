import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useApi } from '../../api/hooks';
import { DataTable, type Column } from '../../components/DataTable';
import { consumerUrl, Count, Panel, Quiet, Stack, State } from '../../components/parts';
import { Empty, Loaded } from '../../components/States';
import { FindingsHere } from '../../findings/Findings';
import { duration } from '../../format';
import type { RangeState } from '../../range/useRange';
import { consumerColumns } from '../consumers/columns';
import { StreamCharts } from './StreamCharts';
import { StreamFigures } from './StreamFigures';
import { messagesOf } from './SubjectsTab';

type Stream = ResponseOf<Routes['getStream']>;
type Peer = Stream['row']['replica']['peers'][number];
type Source = Stream['sources'][number];

const peers: Column<Peer>[] = [
  { id: 'name', header: 'Replica', cell: (row) => row.name },
  {
    id: 'state',
    header: 'State',
    cell: (row) => (row.offline ? <State state="offline" /> : <State state={row.current ? 'ok' : 'lagging'} />),
  },
  { id: 'lag', header: 'Behind by', numeric: true, cell: (row) => <Count value={row.lag} /> },
  { id: 'active', header: 'Heard of', numeric: true, cell: (row) => `${duration(row.activeMs / 1000)} ago` },
];
const sources: Column<Source>[] = [
  {
    id: 'name',
    header: 'From',
    cell: (row) => (
      <>
        {row.name}
        {row.filter && <Quiet> {row.filter}</Quiet>}
      </>
    ),
  },
  { id: 'lag', header: 'Behind by', numeric: true, cell: (row) => <Count value={row.lag} /> },
  {
    id: 'active',
    header: 'Heard of',
    numeric: true,
    cell: (row) => (row.activeMs === null ? 'never' : `${duration(row.activeMs / 1000)} ago`),
  },
  { id: 'error', header: 'Fault', cell: (row) => row.error ?? <Quiet>none</Quiet> },
];

function Consumers({ clusterId, stream }: { clusterId: string; stream: string }) {
  const consumers = useApi(
    'listStreamConsumers',
    { params: { clusterId, stream }, query: { limit: 5 } },
    { every: 10_000 },
  );
  return (
    <Loaded of={consumers}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="Nobody reads this stream through a consumer" />
        ) : (
          <DataTable
            label="Consumers with the most lag"
            columns={consumerColumns(false)}
            rows={items}
            keyOf={(row) => row.name}
            to={(row) => consumerUrl(clusterId, stream, row.name)}
          />
        )
      }
    </Loaded>
  );
}

interface SubjectsProps {
  readonly clusterId: string;
  readonly stream: string;
  readonly payloads: boolean;
  readonly onAll: () => void;
}

function Subjects({ clusterId, stream, payloads, onAll }: SubjectsProps) {
  const subjects = useApi('listSubjects', { params: { clusterId, stream }, query: { limit: 8 } });
  return (
    <Panel
      title="Busiest subjects"
      actions={
        <Button size="sm" variant="secondary" fill="text" onClick={onAll}>
          All subjects
        </Button>
      }
    >
      <Loaded of={subjects}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No messages, no subjects" />
          ) : (
            <DataTable
              label="Busiest subjects"
              columns={[
                { id: 'subject', header: 'Subject', cell: (row) => row.subject },
                { id: 'messages', header: 'Messages', numeric: true, cell: (row) => <Count value={row.messages} /> },
              ]}
              rows={items}
              keyOf={(row) => row.subject}
              to={payloads ? (row) => messagesOf(clusterId, stream, row.subject) : undefined}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}

interface Props {
  readonly clusterId: string;
  readonly stream: Stream;
  readonly payloads: boolean;
  readonly consumers: boolean;
  readonly range: RangeState;
  readonly onSubjects: () => void;
}

/** Is it healthy, and what is in it? */
export function Overview({ clusterId, stream, payloads, consumers, range, onSubjects }: Props) {
  const styles = useStyles2(getStyles);
  const { row } = stream;
  return (
    <Stack>
      <FindingsHere place={{ clusterId, stream: row.name }} />
      <StreamFigures clusterId={clusterId} stream={stream} />
      <StreamCharts
        clusterId={clusterId}
        stream={row.name}
        limited={row.limitUse !== null}
        consumers={consumers}
        range={range}
      />
      {consumers && (
        <Panel title="Consumers with the most lag">
          <Consumers clusterId={clusterId} stream={row.name} />
        </Panel>
      )}
      <div className={styles.columns}>
        <Subjects clusterId={clusterId} stream={row.name} payloads={payloads} onAll={onSubjects} />
        <Panel title="Replicas">
          {row.replica.peers.length === 0 ? (
            <Quiet>{row.replica.leader ? `One copy, on ${row.replica.leader}.` : 'One copy.'}</Quiet>
          ) : (
            <>
              <Quiet>Leader {row.replica.leader ?? 'none'}</Quiet>
              <DataTable label="Replicas" columns={peers} rows={row.replica.peers} keyOf={(p) => p.name} />
            </>
          )}
        </Panel>
      </div>

      {stream.mirror && (
        <Panel title="Mirror">
          <DataTable
            label="Mirror"
            columns={sources}
            rows={[{ ...stream.mirror, filter: null }]}
            keyOf={(s) => s.name}
          />
        </Panel>
      )}
      {stream.sources.length > 0 && (
        <Panel title="Sources">
          <DataTable
            label="Sources"
            columns={sources}
            rows={stream.sources}
            keyOf={(s) => `${s.name} ${s.filter ?? ''}`}
          />
        </Panel>
      )}
    </Stack>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  columns: css({
    display: 'grid',
    gap: theme.spacing(2),
    alignItems: 'start',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 440px), 1fr))',
  }),
});
