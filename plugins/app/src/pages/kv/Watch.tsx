import { Badge, ClipboardButton } from '@grafana/ui';
import { DataTable, type Column } from '../../components/DataTable';
import { Mono, Panel, Quiet, Row, Stack } from '../../components/parts';
import { Problem } from '../../components/States';
import { ago, exact, time } from '../../format';
import { watchCommand } from '../../natsCommand';
import { useWatch, type Watched } from './useWatch';

type Entry = Watched['entries'][number];

const columns: Column<Entry>[] = [
  { id: 'key', header: 'Key', cell: (row) => <Mono>{row.key}</Mono> },
  {
    id: 'value',
    header: 'Value',
    grow: true,
    cell: (row) =>
      row.operation === 'put' ? (
        <Mono>{row.payload.text ?? 'binary'}</Mono>
      ) : (
        <Badge color="orange" text={row.operation === 'purge' ? 'purged' : 'deleted'} />
      ),
  },
  { id: 'revision', header: 'Revision', numeric: true, wide: true, cell: (row) => exact(row.revision) },
  { id: 'time', header: 'When', nowrap: true, cell: (row) => <span title={time(row.time)}>{ago(row.time)}</span> },
];

const states = {
  connecting: ['orange', 'connecting'],
  watching: ['green', 'watching'],
  lost: ['red', 'connection lost, trying again'],
} as const;

interface Props {
  readonly clusterId: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly onKey: (key: string) => void;
}

/** What changes while one looks, newest first. */
export function Watch({ clusterId, bucket, prefix, onKey }: Props) {
  const watched = useWatch(clusterId, bucket, prefix, true);
  const [color, text] = states[watched.state];
  return (
    <Panel
      title="Live changes"
      actions={
        <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => watchCommand(bucket, prefix)}>
          nats command
        </ClipboardButton>
      }
    >
      <Stack>
        <Row>
          <Badge color={color} text={text} data-testid="watch-state" />
          <Quiet>{prefix === '' ? 'all keys' : `keys that begin with ${prefix}`}</Quiet>
          {watched.skipped > 0 && <Quiet>{exact(watched.skipped)} changes came too fast to be shown</Quiet>}
        </Row>
        {watched.error && watched.state === 'lost' && <Problem error={watched.error} />}
        {watched.entries.length === 0 ? (
          watched.state === 'watching' && (
            <Quiet>Nothing has changed yet. A key appears here as soon as it is put or deleted.</Quiet>
          )
        ) : (
          <DataTable
            label="Live changes"
            columns={columns}
            rows={watched.entries}
            keyOf={(row) => String(row.revision)}
            onRow={(row) => onKey(row.key)}
          />
        )}
      </Stack>
    </Panel>
  );
}
