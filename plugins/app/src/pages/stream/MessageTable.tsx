import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Badge, useStyles2 } from '@grafana/ui';
import type { Message } from '@jetstream-console/contract';
import { DataTable, type Column } from '../../components/DataTable';
import { Mono, Quiet } from '../../components/parts';
import { bytes, exact, time } from '../../format';

function Preview({ payload }: Pick<Message, 'payload'>) {
  const styles = useStyles2(getStyles);
  if (payload.format === 'empty') return <Quiet>empty</Quiet>;
  const text = payload.text ?? (payload.hex ?? '').replace(/(..)/g, '$1 ').trim();
  return (
    <span className={styles.preview}>
      {payload.unwrapped.map((wrapper) => (
        <Badge key={wrapper} color="blue" text={wrapper} />
      ))}
      {payload.format === 'binary' && <Badge color="purple" text="binary" />}
      <Mono>{text.slice(0, 160)}</Mono>
    </span>
  );
}

const columns: Column<Message>[] = [
  { id: 'seq', header: 'Sequence', numeric: true, cell: (row) => exact(row.seq) },
  { id: 'time', header: 'Time', nowrap: true, cell: (row) => time(row.time) },
  { id: 'subject', header: 'Subject', cell: (row) => <Mono>{row.subject}</Mono> },
  { id: 'payload', header: 'Payload', cell: (row) => <Preview payload={row.payload} /> },
  { id: 'size', header: 'Size', numeric: true, cell: (row) => bytes(row.payload.size) },
];
/** Beside an opened message there is room for what tells one from the next, no more. */
const narrow = columns.filter(({ id }) => id !== 'payload' && id !== 'size');

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

const getStyles = (theme: GrafanaTheme2) => ({
  preview: css({
    display: 'flex',
    gap: theme.spacing(0.5),
    alignItems: 'center',
    maxWidth: '60ch',
    minWidth: '24ch',
    code: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  }),
});
