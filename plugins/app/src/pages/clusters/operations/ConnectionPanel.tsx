import { Button } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { useApi } from '../../../api/hooks';
import { useMayChange } from '../../../api/mayChange';
import { OpenedAct } from '../../../components/ActsMenu';
import { DataTable, type Column } from '../../../components/DataTable';
import { OpenedBar } from '../../../components/OpenedBar';
import { Count, Facts, Mono, Quiet, Row, Stack } from '../../../components/parts';
import { Loaded } from '../../../components/States';
import { bytes, duration, exact, time } from '../../../format';
import { useUrl } from '../../../useUrl';
import { kickAct } from './kickAct';

type Known = ResponseOf<Routes['getClusterConnection']>;

const columns: Column<Known['subscriptionList'][number]>[] = [
  { id: 'subject', header: 'Subject', grow: true, cell: (row) => <Mono>{row.subject}</Mono> },
  {
    id: 'queue',
    header: 'Queue group',
    cell: (row) => (row.queue === null ? <Quiet>–</Quiet> : <Mono>{row.queue}</Mono>),
  },
  { id: 'msgs', header: 'Messages', numeric: true, cell: (row) => <Count value={row.msgs} /> },
];

interface Props {
  readonly clusterId: string;
  /** the server's id and its number of the connection, with a dot between them */
  readonly at: string;
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
}

/** One connection: who it is, how it fares, and what it listens to. */
export function ConnectionPanel({ clusterId, at, onStep, onClose }: Props) {
  const [server = '', cid = ''] = at.split('.');
  const found = useApi('getClusterConnection', { params: { clusterId, server, cid: Number(cid) } }, { every: 10_000 });
  return (
    <div data-testid="connection">
      <Stack>
        <OpenedBar
          title={found.data?.name ?? `Connection ${cid}`}
          onUp={() => onStep(-1)}
          onDown={() => onStep(1)}
          onClose={onClose}
        />
        <Loaded of={found}>
          {(known) => (
            <>
              <Kick clusterId={clusterId} client={known} />
              <Details of={known} />
            </>
          )}
        </Loaded>
      </Stack>
    </div>
  );
}

/** Offered to who may where the cluster allows it; a link to it says what is missing. */
function Kick({ clusterId, client }: { clusterId: string; client: Known }) {
  const url = useUrl();
  const may = useMayChange(clusterId);
  const { data } = useApi('getCluster', { params: { clusterId } });
  if (!data) return null;
  const act = kickAct({ clusterId, client, may, switchedOn: data.allowKick });
  const offered = act.allowed && act.not === null && client.source === 'system' && url.get('act') === undefined;
  return (
    <>
      {offered && (
        <Row>
          <Button
            size="sm"
            variant="destructive"
            fill="outline"
            icon={act.icon}
            onClick={() => url.set({ act: act.id }, false)}
          >
            {act.text}
          </Button>
        </Row>
      )}
      <OpenedAct acts={[act]} readOnly={may.readOnly} />
    </>
  );
}

function Details({ of: known }: { of: Known }) {
  const { tls, stalls } = known;
  const optional: readonly (readonly [string, string | null])[] = [
    ['Closed', known.stoppedAt === null ? null : `${time(known.stoppedAt)}: ${known.reason ?? 'no reason was told'}`],
    ['Issuer', known.issuer],
    ['Name tag', known.nameTag],
    ['Tags', known.tags.length === 0 ? null : known.tags.join(', ')],
    ['Waits for it', stalls === null ? null : exact(stalls)],
    ['Round trip', known.rttMs === null ? null : `${known.rttMs.toFixed(1)} ms`],
    ['Silent for', known.idleSeconds === null ? null : duration(known.idleSeconds)],
  ];
  return (
    <>
      <Facts
        facts={[
          ['Account', known.account ?? '–'],
          ['User', known.user ?? '–'],
          ['Address', `${known.ip}:${known.port}`],
          ['Server', `${known.server.name}, connection ${known.cid}`],
          ['Client', [known.lang, known.version].filter((part) => part !== null).join(' ') || '–'],
          ['TLS', tls === null ? 'none' : `${tls.version} ${tls.cipher}`],
          ['Connected', known.startedAt === null ? '–' : time(known.startedAt)],
          ['Waits to be sent', bytes(known.pendingBytes)],
          ['Sent to it', `${exact(known.outMsgs)} messages, ${bytes(known.outBytes)}`],
          ['Came from it', `${exact(known.inMsgs)} messages, ${bytes(known.inBytes)}`],
          ...optional.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
        ]}
      />
      {known.subscriptionList.length === 0 ? (
        <Quiet>
          {known.subscriptions === 0
            ? 'It listens to nothing.'
            : `It has ${exact(known.subscriptions)} subscriptions, more than are listed here.`}
        </Quiet>
      ) : (
        <DataTable label="Subscriptions" columns={columns} rows={known.subscriptionList} keyOf={(row) => row.sid} />
      )}
      {known.subscriptions > known.subscriptionList.length && known.subscriptionList.length > 0 && (
        <Quiet>the first of {exact(known.subscriptions)}</Quiet>
      )}
    </>
  );
}
