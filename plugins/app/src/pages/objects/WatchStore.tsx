import { Badge } from '@grafana/ui';
import { objectWatchEvent, routes, type ObjectWatchEvent } from '@jetstream-console/contract';
import { useCallback } from 'react';
import { events } from '../../api/client';
import type { Column } from '../../components/DataTable';
import { Mono } from '../../components/parts';
import { WatchPanel } from '../../components/WatchPanel';
import { ago, bytes, time } from '../../format';
import { watchStoreCommand } from '../../natsCommand';

type Entry = Extract<ObjectWatchEvent, { type: 'entry' }>['entry'];

const columns: Column<Entry>[] = [
  { id: 'name', header: 'Object', grow: true, cell: (row) => <Mono>{row.name}</Mono> },
  {
    id: 'what',
    header: 'What',
    cell: (row) =>
      row.operation === 'delete' ? <Badge color="orange" text="deleted" /> : row.link ? 'link' : bytes(row.size),
  },
  {
    id: 'time',
    header: 'When',
    nowrap: true,
    cell: (row) => <span title={time(row.modified)}>{ago(row.modified)}</span>,
  },
];

interface Props {
  readonly clusterId: string;
  readonly store: string;
  readonly onObject: (name: string) => void;
}

/** Objects that change while one looks. */
export function WatchStore({ clusterId, store, onObject }: Props) {
  const look = useCallback(
    async function* (after: number | undefined, signal: AbortSignal) {
      const query = after === undefined ? {} : { after };
      for await (const data of events(routes.watchObjects, { params: { clusterId, store }, query }, signal))
        yield objectWatchEvent.parse(data);
    },
    [clusterId, store],
  );
  return (
    <WatchPanel
      look={look}
      command={watchStoreCommand(store)}
      of="all objects"
      nothing="Nothing has changed yet. An object appears here as soon as it is put, described anew or deleted."
      columns={columns}
      onEntry={({ name }) => onObject(name)}
    />
  );
}
