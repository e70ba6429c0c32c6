import { LinkButton } from '@grafana/ui';
import type { ProtobufBinding } from '@jetstream-console/contract';
import { useApi, useMay } from '../../api/hooks';
import { DataTable, type Column } from '../../components/DataTable';
import { CannotChange } from '../../components/CannotChange';
import { Refresh } from '../../components/Head';
import { Mono, pageUrl, Panel, Quiet } from '../../components/parts';
import { Split } from '../../components/Split';
import { Empty, Loaded } from '../../components/States';
import { ago, time } from '../../format';
import { useRowFocus } from '../../useRowFocus';
import { useUrl } from '../../useUrl';
import { BindingPanel } from './BindingPanel';
import { BindingForm } from './BindingForm';

const columnsOf = (narrow: boolean): Column<ProtobufBinding>[] => [
  { id: 'subject', header: 'Subject', cell: (row) => <Mono>{row.subject}</Mono> },
  {
    id: 'stream',
    header: 'Stream',
    cell: (row) => (row.stream === null ? <Quiet>any</Quiet> : row.stream),
  },
  { id: 'type', header: 'Message type', cell: (row) => <Mono>{row.type}</Mono> },
  ...(narrow
    ? []
    : [
        { id: 'set', header: 'Descriptor set', cell: (row: ProtobufBinding) => row.descriptor.name },
        {
          id: 'changed',
          header: 'Changed',
          nowrap: true,
          wide: true,
          cell: (row: ProtobufBinding) => (
            <span title={time(row.changedAt)}>
              {ago(row.changedAt)} <Quiet>{row.by}</Quiet>
            </span>
          ),
        },
      ]),
];

/** Which subjects of a cluster hold messages of which type. */
export function Bindings({ clusterId }: { readonly clusterId: string }) {
  const url = useUrl();
  const may = useMay();
  const bindings = useApi('listProtobufBindings', { params: { clusterId } });
  const sets = useApi('listDescriptors');
  const opened = url.get('binding') ?? null;
  const binding = url.get('bind') !== undefined;
  // Nothing is sent to the cluster: this is a setting of the console, and its being read-only changes nothing.
  const allowed = may('streams:update', { cluster: clusterId });
  useRowFocus(opened);
  const here = pageUrl(`decoders?cluster=${clusterId}`);
  const bind = allowed && (
    <LinkButton size="sm" icon="plus" href={`${here}&bind=1`}>
      Bind a subject
    </LinkButton>
  );
  const close = () => url.set({ binding: null, bind: null }, false);
  const panel = (items: readonly ProtobufBinding[]) => {
    if (binding)
      return allowed ? (
        <BindingForm key={clusterId} clusterId={clusterId} binding={null} onDone={close} onCancel={close} />
      ) : (
        <CannotChange what="bind subjects of this cluster" role="editor" readOnly={false} />
      );
    const known = items.find(({ id }) => id === opened);
    if (opened === null) return null;
    return known ? (
      <BindingPanel key={known.id} clusterId={clusterId} binding={known} items={items} onClose={close} />
    ) : (
      <Empty title="This binding is not here">It was deleted, or you may not see it.</Empty>
    );
  };
  return (
    <Panel
      title="Bindings"
      actions={
        <>
          {bind}
          <Refresh of={bindings} />
        </>
      }
    >
      <Loaded of={bindings}>
        {({ items }) => {
          const open = panel(items);
          return (
            <Split label="The opened binding" open={open}>
              {items.length === 0 ? (
                <Empty title="No subject of this cluster is bound yet" action={sets.data?.items.length !== 0 && bind}>
                  {sets.data?.items.length === 0
                    ? 'It takes a descriptor set first: an administrator uploads one below.'
                    : 'Payloads are shown by what their bytes are.'}
                </Empty>
              ) : (
                <DataTable
                  label="Bindings of subjects"
                  columns={columnsOf(open !== null)}
                  rows={items}
                  keyOf={({ id }) => id}
                  selected={opened ?? undefined}
                  onRow={({ id }) => url.set({ binding: id, bind: null }, opened !== null)}
                />
              )}
            </Split>
          );
        }}
      </Loaded>
    </Panel>
  );
}
