import { Button } from '@grafana/ui';
import type { DescriptorRow, DescriptorType } from '@jetstream-console/contract';
import { useState } from 'react';
import { useAct, useApi } from '../../api/hooks';
import { ActDialog } from '../../components/ActDialog';
import { DataTable, type Column } from '../../components/DataTable';
import { OpenedBar } from '../../components/OpenedBar';
import { Facts, Mono, Quiet, Row, Stack } from '../../components/parts';
import { SearchBox } from '../../components/SearchBox';
import { Loaded } from '../../components/States';
import { ago, bytes, exact, time } from '../../format';
import { useUrl } from '../../useUrl';
import { UploadDescriptor } from './UploadDescriptor';

const shownTypes = 100;

const columns: Column<DescriptorType>[] = [
  {
    id: 'name',
    header: 'Message type',
    cell: ({ name, file }) => (
      <>
        <Mono>{name}</Mono>
        <br />
        <Quiet>{file}</Quiet>
      </>
    ),
  },
  {
    id: 'fields',
    header: 'Fields',
    cell: ({ fields }) =>
      fields.length === 0
        ? '–'
        : fields.map(({ number, name, type }) => (
            <div key={number}>
              <Mono>
                {type} {name} = {number}
              </Mono>
            </div>
          )),
  },
];

interface Props {
  readonly row: DescriptorRow;
  readonly items: readonly DescriptorRow[];
  readonly allowed: boolean;
  readonly onClose: () => void;
}

/** One descriptor set: where it is from, the types in it, and a newer content for it. */
export function DescriptorPanel({ row, items, allowed, onClose }: Props) {
  const url = useUrl();
  const [doing, setDoing] = useState<'replace' | 'delete' | null>(null);
  const remove = useAct('deleteDescriptor');
  const search = url.get('types') ?? '';
  const params = { descriptorId: row.id };
  const set = useApi('getDescriptor', { params, query: { ...(search !== '' && { search }), limit: shownTypes } });
  const step = (by: number) => {
    const next = items[items.findIndex(({ id }) => id === row.id) + by];
    if (next) url.set({ set: next.id, types: null });
  };
  const done = () => setDoing(null);
  if (doing === 'replace') return <UploadDescriptor replaces={row} onDone={done} onCancel={done} />;
  return (
    <Stack>
      <OpenedBar title={row.name} onUp={() => step(-1)} onDown={() => step(1)} onClose={onClose} />
      <Facts
        facts={[
          ['Holds', `${exact(row.types)} message types of ${exact(row.files)} files, ${bytes(row.bytes)}`],
          ['Bindings', exact(row.bindings)],
          ['Uploaded', `${ago(row.uploadedAt)} by ${row.by}, ${time(row.uploadedAt)}`],
          ['Revision', exact(row.revision)],
        ]}
      />
      {allowed && (
        <Row>
          <Button size="sm" variant="secondary" icon="upload" onClick={() => setDoing('replace')}>
            Replace
          </Button>
          <Button size="sm" variant="destructive" fill="outline" icon="trash-alt" onClick={() => setDoing('delete')}>
            Delete
          </Button>
        </Row>
      )}
      <SearchBox
        label="Search message types"
        placeholder="Type  ( f )"
        value={search}
        onChange={(text) => url.set({ types: text })}
      />
      <Loaded of={set}>
        {({ items: types, matching }) => (
          <>
            <DataTable label="Message types" columns={columns} rows={types} keyOf={({ name }) => name} />
            <Quiet>
              {exact(types.length)} of {exact(matching)}
              {matching > types.length && ': search for the others'}
            </Quiet>
          </>
        )}
      </Loaded>
      {doing === 'delete' && (
        <ActDialog
          title={`Delete the descriptor set ${row.name}`}
          text="Delete"
          busyText="Deleting"
          act={remove}
          confirm={row.name}
          blocked={row.bindings > 0}
          onClose={done}
          onAct={() => remove.mutate({ params }, { onSuccess: onClose })}
        >
          {row.bindings > 0 ? (
            <p>
              {row.bindings === 1 ? 'A binding names a type of it' : `${exact(row.bindings)} bindings name types of it`}
              : delete them, or bind them to another descriptor set, first.
            </p>
          ) : (
            <p>
              {row.types === 1 ? 'Its message type' : `Its ${exact(row.types)} message types`} can no longer be picked
              or bound. No message is touched.
            </p>
          )}
        </ActDialog>
      )}
    </Stack>
  );
}
