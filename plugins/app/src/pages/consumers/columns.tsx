import type { ConsumerRow } from '@jetstream-console/contract';
import { Badge } from '@grafana/ui';
import type { Column } from '../../components/DataTable';
import { Count, Quiet, State } from '../../components/parts';
import { exact, time } from '../../format';
import { attention, lastDeliveryText } from './verdict';

export const consumerColumns = (withStream: boolean): Column<ConsumerRow>[] => [
  {
    id: 'name',
    header: 'Consumer',
    sort: true,
    cell: (row) => {
      const note = attention(row);
      return (
        <>
          <strong>{row.name}</strong>
          {!row.durable && <Quiet> ephemeral</Quiet>} {note && <Badge color={note.color} text={note.text} />}
          <br />
          <Quiet>{row.filterSubjects.join(', ') || 'all subjects'}</Quiet>
        </>
      );
    },
  },
  ...(withStream ? [{ id: 'stream', header: 'Stream', sort: true, cell: (row: ConsumerRow) => row.stream }] : []),
  { id: 'lag', header: 'Lag', sort: true, numeric: true, cell: (row) => <Count value={row.lag} /> },
  {
    id: 'ackPending',
    header: 'Unacknowledged',
    sort: true,
    numeric: true,
    cell: (row) => (
      <span title={`of ${exact(row.maxAckPending)} at most`}>
        <Count value={row.ackPending} />
      </span>
    ),
  },
  {
    id: 'redelivered',
    header: 'Redelivered',
    sort: true,
    numeric: true,
    cell: (row) => <Count value={row.redelivered} />,
  },
  {
    id: 'waiting',
    header: 'Waiting pulls',
    sort: true,
    numeric: true,
    wide: true,
    cell: (row) =>
      row.kind === 'push' ? (
        <Quiet>{row.pushBound ? 'push, bound' : 'push, unbound'}</Quiet>
      ) : (
        <Count value={row.waiting} />
      ),
  },
  {
    id: 'lastDelivered',
    header: 'Last delivery',
    sort: true,
    wide: true,
    cell: (row) => <span title={time(row.lastDelivered)}>{lastDeliveryText(row)}</span>,
  },
  {
    id: 'replica',
    header: 'State',
    cell: (row) => <State state={row.state === 'ok' ? row.replica.state : row.state} />,
  },
];
