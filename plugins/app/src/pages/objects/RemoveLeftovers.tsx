import { Alert } from '@grafana/ui';
import type { Leftover } from '@jetstream-console/contract';
import { useAct, useApi } from '../../api/hooks';
import { ActDialog } from '../../components/ActDialog';
import type { ActBase } from '../../components/ActsMenu';
import { DataTable, type Column } from '../../components/DataTable';
import { Mono, Quiet } from '../../components/parts';
import { Loaded } from '../../components/States';
import { ago, bytes, exact, time } from '../../format';
import type { OfStore } from './acts';

const columns: Column<Leftover>[] = [
  { id: 'nuid', header: 'Upload', grow: true, cell: (row) => <Mono>{row.nuid}</Mono> },
  { id: 'chunks', header: 'Chunks', numeric: true, cell: (row) => exact(row.chunks) },
  { id: 'bytes', header: 'Size', numeric: true, cell: (row) => bytes(row.bytes) },
  { id: 'last', header: 'Last chunk', cell: (row) => <span title={time(row.lastTime)}>{ago(row.lastTime)}</span> },
];
const shown = 10;

/** Chunks that no object has: what they take, and the way to be rid of them. */
export function RemoveLeftovers({ clusterId, store, onDone, onClose }: OfStore & ActBase) {
  const found = useApi('listLeftovers', { params: { clusterId, store } });
  const remove = useAct('removeLeftovers');
  const none = found.data === undefined || found.data.uploads === 0;
  return (
    <ActDialog
      title={`What broken uploads left in ${store}`}
      text="Remove"
      busyText="Removing"
      act={remove}
      blocked={none}
      confirm={none ? undefined : store}
      onClose={onClose}
      onAct={(confirm) =>
        remove.mutate(
          { params: { clusterId, store }, body: { confirm } },
          {
            onSuccess: ({ uploads, chunks }) =>
              onDone(`${exact(chunks)} chunks of ${exact(uploads)} broken uploads are removed.`),
          },
        )
      }
    >
      <Loaded of={found}>
        {({ items, uploads, chunks, underWay, unsure }) => (
          <>
            {unsure !== null ? (
              <Alert severity="warning" title={unsure} />
            ) : uploads === 0 ? (
              <p data-testid="leftovers">Every chunk belongs to an object: nothing is left over.</p>
            ) : (
              <div data-testid="leftovers">
                <p>
                  {exact(chunks)} chunks of {exact(uploads)} uploads belong to no object. Whoever wrote them went away
                  before the end: no name leads to them, and they take room. Removed they are lost for good.
                </p>
                <DataTable
                  label="Broken uploads"
                  columns={columns}
                  rows={items.slice(0, shown)}
                  keyOf={(row) => row.nuid}
                />
                {uploads > shown && <Quiet>and {exact(uploads - shown)} more</Quiet>}
              </div>
            )}
            {underWay > 0 && (
              <p>
                <Quiet>
                  {exact(underWay)} more may be uploads under way: their last chunk is younger than an hour. They stay.
                </Quiet>
              </p>
            )}
          </>
        )}
      </Loaded>
    </ActDialog>
  );
}
