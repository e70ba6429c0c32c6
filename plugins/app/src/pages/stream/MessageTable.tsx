import { Badge } from '@grafana/ui';
import type { Message } from '@jetstream-console/contract';
import { Fragment } from 'react';
import { DataTable, type Column } from '../../components/DataTable';
import { Mono, Quiet } from '../../components/parts';
import { bytes, exact, time } from '../../format';
import { formats } from '../../payload/PayloadView';

function Preview({ payload, decoded }: Pick<Message, 'payload' | 'decoded'>) {
  if (payload.format === 'empty') return <Quiet>empty</Quiet>;
  const text = decoded?.text ?? payload.text ?? (payload.hex ?? '').replace(/(..)/g, '$1 ').trim();
  return (
    <>
      {payload.unwrapped.map((wrapper) => (
        <Fragment key={wrapper}>
          <Badge color="blue" text={wrapper} />{' '}
        </Fragment>
      ))}
      {payload.format === 'binary' && (
        <>
          <Badge color="purple" text={decoded ? formats[decoded.as] : 'binary'} />{' '}
        </>
      )}
      <Mono>{text}</Mono>
    </>
  );
}

const columns: Column<Message>[] = [
  { id: 'seq', header: 'Sequence', numeric: true, cell: (row) => exact(row.seq) },
  { id: 'time', header: 'Time', nowrap: true, cell: (row) => time(row.time) },
  { id: 'subject', header: 'Subject', nowrap: true, cell: (row) => <Mono>{row.subject}</Mono> },
  {
    id: 'payload',
    header: 'Payload',
    grow: true,
    cell: (row) => <Preview payload={row.payload} decoded={row.decoded} />,
  },
  { id: 'size', header: 'Size', numeric: true, cell: (row) => bytes(row.payload.size) },
];
/** Beside an opened message there is room for what tells one from the next, no more. */
const narrow = columns
  .filter(({ id }) => id !== 'payload' && id !== 'size')
  .map((column) => (column.id === 'subject' ? { ...column, nowrap: false } : column));

interface Props {
  readonly messages: readonly Message[];
  readonly opened: number | null;
  readonly onOpen: (seq: number) => void;
}

export function MessageTable({ messages, opened, onOpen }: Props) {
  return (
    <DataTable
      label="Messages"
      columns={opened === null ? columns : narrow}
      rows={messages}
      keyOf={(row) => String(row.seq)}
      selected={opened === null ? undefined : String(opened)}
      onRow={(row) => onOpen(row.seq)}
    />
  );
}
