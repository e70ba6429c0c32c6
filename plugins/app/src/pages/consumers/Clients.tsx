import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { Link } from 'react-router-dom';
import { useApi, useMay } from '../../api/hooks';
import { DataTable, type Column } from '../../components/DataTable';
import { Refresh } from '../../components/Head';
import { Count, Mono, pageUrl, Panel, Quiet } from '../../components/parts';
import { Loaded } from '../../components/States';
import { bytes, exact } from '../../format';
import type { AboutConsumer } from './about';

type Told = ResponseOf<Routes['listConsumerClients']>;
type Client = Told['items'][number];

const columnsOf = (clusterId: string): Column<Client>[] => [
  {
    id: 'name',
    header: 'Client',
    grow: true,
    cell: (row) => (
      <>
        <Link
          to={pageUrl(
            `clusters/${clusterId}?tab=connections&connection=${encodeURIComponent(`${row.server.id}.${row.cid}`)}`,
          )}
        >
          {row.name ?? `Connection ${row.cid}`}
        </Link>
        <br />
        <Quiet>
          {row.ip}:{row.port} on {row.server.name}
        </Quiet>
      </>
    ),
  },
  { id: 'user', header: 'User', wide: true, nowrap: true, cell: (row) => <Mono>{row.user ?? '–'}</Mono> },
  { id: 'subject', header: 'Listens to', wide: true, nowrap: true, cell: (row) => <Mono>{row.subject}</Mono> },
  {
    id: 'queue',
    header: 'Queue group',
    cell: (row) => (row.queue === null ? <Quiet>–</Quiet> : <Mono>{row.queue}</Mono>),
  },
  { id: 'out', header: 'Sent to it', numeric: true, wide: true, cell: (row) => <Count value={row.outMsgs} /> },
  { id: 'pending', header: 'Waits to be sent', numeric: true, wide: true, cell: (row) => bytes(row.pendingBytes) },
];

/** Who is attached, as far as servers tell it. */
export function Clients({ about }: { about: AboutConsumer }) {
  const may = useMay();
  const allowed = may('connections:read', { cluster: about.clusterId });
  const clients = useApi('listConsumerClients', { params: about }, { enabled: allowed, every: 15_000 });
  if (!allowed) return null;
  return (
    <Panel title="Clients" actions={<Refresh of={clients} />}>
      <Loaded of={clients}>{(told) => <Found clusterId={about.clusterId} told={told} />}</Loaded>
    </Panel>
  );
}

function Found({ clusterId, told }: { clusterId: string; told: Told }) {
  if (told.kind === 'pull')
    return (
      <Quiet>
        {told.waiting === 0
          ? 'No client waits for messages at this moment.'
          : `${exact(told.waiting)} ${told.waiting === 1 ? 'pull waits' : 'pulls wait'} for messages.`}{' '}
        Whose they are no server tells: a client that pulls listens on an inbox of its own.
      </Quiet>
    );
  if (told.items.length === 0)
    return (
      <Quiet>
        Nobody listens on {told.deliverSubject}, so nothing is delivered. A client behind a leaf node would not be seen
        here.
      </Quiet>
    );
  return (
    <>
      <DataTable
        label="Clients"
        columns={columnsOf(clusterId)}
        rows={told.items}
        keyOf={(row) => `${row.server.id}.${row.cid} ${row.subject} ${row.queue ?? ''}`}
      />
      <Quiet>
        They listen on {told.deliverSubject}
        {told.deliverGroup !== null && `, where it delivers to the queue group ${told.deliverGroup}`}. Clients behind
        leaf nodes are not seen here{!told.complete && ', and of each server only the first 200 clients'}.
      </Quiet>
    </>
  );
}
