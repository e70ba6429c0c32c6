import { Badge } from '@grafana/ui';
import { routes, watchEvent, type ResponseOf, type Routes } from '@jetstream-console/contract';
import { useCallback } from 'react';
import { events } from '../../api/client';
import type { Column } from '../../components/DataTable';
import { Mono } from '../../components/parts';
import { WatchPanel } from '../../components/WatchPanel';
import { ago, exact, time } from '../../format';
import { watchCommand } from '../../natsCommand';

type Entry = ResponseOf<Routes['getKey']>['entry'];

const columns: Column<Entry>[] = [
  { id: 'key', header: 'Key', cell: (row) => <Mono>{row.key}</Mono> },
  {
    id: 'value',
    header: 'Value',
    grow: true,
    cell: (row) =>
      row.operation === 'put' ? (
        <Mono>{row.decoded?.text ?? row.payload.text ?? 'binary'}</Mono>
      ) : (
        <Badge color="orange" text={row.operation === 'purge' ? 'purged' : 'deleted'} />
      ),
  },
  { id: 'revision', header: 'Revision', numeric: true, wide: true, cell: (row) => exact(row.revision) },
  { id: 'time', header: 'When', nowrap: true, cell: (row) => <span title={time(row.time)}>{ago(row.time)}</span> },
];

interface Props {
  readonly clusterId: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly onKey: (key: string) => void;
}

/** Keys that change while one looks. */
export function Watch({ clusterId, bucket, prefix, onKey }: Props) {
  const look = useCallback(
    async function* (after: number | undefined, signal: AbortSignal) {
      const query = { prefix, ...(after !== undefined && { after }) };
      for await (const data of events(routes.watchKeys, { params: { clusterId, bucket }, query }, signal))
        yield watchEvent.parse(data);
    },
    [clusterId, bucket, prefix],
  );
  return (
    <WatchPanel
      look={look}
      command={watchCommand(bucket, prefix)}
      of={prefix === '' ? 'all keys' : `keys that begin with ${prefix}`}
      nothing="Nothing has changed yet. A key appears here as soon as it is put or deleted."
      columns={columns}
      onEntry={({ key }) => onKey(key)}
    />
  );
}
