import { LinkButton } from '@grafana/ui';
import type { DescriptorRow } from '@jetstream-console/contract';
import { useApi } from '../../api/hooks';
import { CannotChange } from '../../components/CannotChange';
import { DataTable, type Column } from '../../components/DataTable';
import { Refresh } from '../../components/Head';
import { Count, pageUrl, Panel, Quiet } from '../../components/parts';
import { Split } from '../../components/Split';
import { Empty, Loaded } from '../../components/States';
import { ago, bytes, time } from '../../format';
import { useRowFocus } from '../../useRowFocus';
import { useUrl } from '../../useUrl';
import { DescriptorPanel } from './DescriptorPanel';
import { useMayKeepSets } from './may';
import { UploadDescriptor } from './UploadDescriptor';

const columnsOf = (narrow: boolean): Column<DescriptorRow>[] => [
  { id: 'name', header: 'Name', cell: (row) => <strong>{row.name}</strong> },
  { id: 'types', header: 'Types', numeric: true, cell: (row) => <Count value={row.types} /> },
  { id: 'bindings', header: 'Bindings', numeric: true, cell: (row) => <Count value={row.bindings} /> },
  ...(narrow
    ? []
    : [
        {
          id: 'files',
          header: 'Files',
          numeric: true,
          wide: true,
          cell: (row: DescriptorRow) => <Count value={row.files} />,
        },
        { id: 'bytes', header: 'Size', numeric: true, wide: true, cell: (row: DescriptorRow) => bytes(row.bytes) },
        {
          id: 'uploaded',
          header: 'Uploaded',
          wide: true,
          cell: (row: DescriptorRow) => (
            <span title={time(row.uploadedAt)}>
              {ago(row.uploadedAt)} <Quiet>{row.by}</Quiet>
            </span>
          ),
        },
      ]),
];

/** The descriptor sets of the organization, whatever the cluster. */
export function Descriptors() {
  const url = useUrl();
  const sets = useApi('listDescriptors');
  const opened = url.get('set') ?? null;
  const uploading = url.get('upload') !== undefined;
  const allowed = useMayKeepSets();
  useRowFocus(opened);
  const upload = allowed && (
    <LinkButton
      size="sm"
      variant="secondary"
      icon="upload"
      href={pageUrl(`decoders?cluster=${url.get('cluster') ?? ''}&upload=1`)}
    >
      Upload a descriptor set
    </LinkButton>
  );
  const close = () => url.set({ set: null, upload: null, types: null }, false);
  const panel = (items: readonly DescriptorRow[]) => {
    if (uploading)
      return allowed ? (
        <UploadDescriptor replaces={null} onDone={({ id }) => url.set({ upload: null, set: id })} onCancel={close} />
      ) : (
        <CannotChange what="upload descriptor sets" role="admin" readOnly={false} />
      );
    if (opened === null) return null;
    const known = items.find(({ id }) => id === opened);
    return known ? (
      <DescriptorPanel key={known.id} row={known} items={items} allowed={allowed} onClose={close} />
    ) : (
      <Empty title="This descriptor set is not here">It was deleted, or belongs to another organization.</Empty>
    );
  };
  return (
    <Panel
      title="Descriptor sets"
      actions={
        <>
          {upload}
          <Refresh of={sets} />
        </>
      }
    >
      <Loaded of={sets}>
        {({ items }) => {
          const open = panel(items);
          return (
            <Split label="The opened descriptor set" open={open}>
              {items.length === 0 ? (
                <Empty title="The organization has no descriptor set yet" action={upload}>
                  It is what protoc --descriptor_set_out --include_imports or buf build makes of .proto files.
                </Empty>
              ) : (
                <DataTable
                  label="Descriptor sets of the organization"
                  columns={columnsOf(open !== null)}
                  rows={items}
                  keyOf={({ id }) => id}
                  selected={opened ?? undefined}
                  onRow={({ id }) => url.set({ set: id, upload: null, types: null }, opened !== null)}
                />
              )}
            </Split>
          );
        }}
      </Loaded>
    </Panel>
  );
}
