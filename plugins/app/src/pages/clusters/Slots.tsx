import { Alert, Button, ConfirmModal } from '@grafana/ui';
import type { Cluster, Slot } from '@jetstream-console/contract';
import { useState } from 'react';
import { fieldFault } from '../../api/faults';
import { useAct } from '../../api/hooks';
import { DataTable, type Column } from '../../components/DataTable';
import { Panel, Quiet, Row } from '../../components/parts';
import { Problem } from '../../components/States';
import { ago, time } from '../../format';
import { ClientCertificate, CredentialFields, emptyCredential, toCredential, type CredentialDraft } from './credential';
import { servedBy, slotOrder, slotText } from './draft';

type Filled = Cluster['slots'][number];
interface SlotRow {
  readonly slot: Slot;
  readonly filled: Filled | undefined;
}
const without = (slot: Slot, other: Slot | null): string =>
  slot === 'system'
    ? 'none: only the server of our own connection is known'
    : other === null
      ? 'none: connects without a log-in'
      : `none: goes out on ${slotText[other].name}`;

interface Props {
  readonly cluster: Cluster;
  readonly change: boolean;
}

/** Which credentials the console holds for this cluster, and what each level goes out on. Never what is in them. */
export function Slots({ cluster, change }: Props) {
  const [editing, setEditing] = useState<Slot | null>(null);
  const [removing, setRemoving] = useState<Slot | null>(null);
  const remove = useAct('deleteCredential');
  const filledSlots = cluster.slots.map(({ slot }) => slot);
  const rows: SlotRow[] = slotOrder.map((slot) => ({
    slot,
    filled: cluster.slots.find((known) => known.slot === slot),
  }));
  const columns: Column<SlotRow>[] = [
    {
      id: 'slot',
      header: 'Level',
      cell: ({ slot }) => (
        <>
          <strong>{slotText[slot].name}</strong>
          <br />
          <Quiet>{slotText[slot].use}</Quiet>
        </>
      ),
    },
    {
      id: 'credential',
      header: 'Credential',
      cell: ({ slot, filled }) => (filled ? filled.hint : <Quiet>{without(slot, servedBy(slot, filledSlots))}</Quiet>),
    },
    {
      id: 'updated',
      header: 'Set',
      nowrap: true,
      cell: ({ filled }) => (filled ? <span title={time(filled.updatedAt)}>{ago(filled.updatedAt)}</span> : ''),
    },
    ...(change
      ? [
          {
            id: 'act',
            header: 'Change',
            cell: ({ slot, filled }: SlotRow) => (
              <Row>
                <Button size="sm" variant="secondary" fill="outline" onClick={() => setEditing(slot)}>
                  {filled ? 'Replace' : 'Add'}
                </Button>
                {filled && (
                  <Button size="sm" variant="destructive" fill="text" onClick={() => setRemoving(slot)}>
                    Remove
                  </Button>
                )}
              </Row>
            ),
          },
        ]
      : []),
  ];
  return (
    <Panel title="Credentials">
      {cluster.sharedCredential && cluster.slots.length > 0 && (
        <Quiet>
          One credential serves several levels: NATS itself does not keep readers from changing things, only the console
          does.
        </Quiet>
      )}
      <DataTable label="Credentials by level" columns={columns} rows={rows} keyOf={({ slot }) => slot} />
      {editing && <Edit key={editing} clusterId={cluster.id} slot={editing} onDone={() => setEditing(null)} />}
      {remove.error && <Problem error={remove.error} />}
      <ConfirmModal
        isOpen={removing !== null}
        title="Remove a credential"
        body={`The console forgets the ${removing ? slotText[removing].name.toLowerCase() : ''} credential of ${cluster.name}. Nothing in NATS changes.`}
        confirmText="Remove"
        onDismiss={() => setRemoving(null)}
        onConfirm={() => {
          if (removing) remove.mutate({ params: { clusterId: cluster.id, slot: removing } });
          setRemoving(null);
        }}
      />
    </Panel>
  );
}

function Edit({ clusterId, slot, onDone }: { clusterId: string; slot: Slot; onDone: () => void }) {
  const [draft, setDraft] = useState<CredentialDraft>(emptyCredential());
  const put = useAct('putCredential');
  const fault = fieldFault(put.error, 'body');
  return (
    <form
      aria-label={`${slotText[slot].name} credential`}
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate({ params: { clusterId, slot }, body: toCredential(draft) }, { onSuccess: onDone });
      }}
    >
      <h5>{slotText[slot].name} credential</h5>
      {fault.error && <Alert severity="error" title={fault.error} />}
      <CredentialFields id={`slot-${slot}`} draft={draft} onChange={setDraft} error={put.error} path="body" />
      <ClientCertificate id={`slot-${slot}`} draft={draft} onChange={setDraft} error={put.error} path="body" />
      {put.error && !fault.error && <Problem error={put.error} />}
      <Row>
        <Button type="submit" size="sm" disabled={put.isPending}>
          Keep it
        </Button>
        <Button size="sm" variant="secondary" fill="text" onClick={onDone}>
          Cancel
        </Button>
      </Row>
    </form>
  );
}
