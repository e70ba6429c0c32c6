import { Button } from '@grafana/ui';
import type { ProtobufBinding } from '@jetstream-console/contract';
import { useState } from 'react';
import { useAct } from '../../api/hooks';
import { ActDialog } from '../../components/ActDialog';
import { OpenedBar } from '../../components/OpenedBar';
import { Facts, Mono, Row, Stack } from '../../components/parts';
import { ago, time } from '../../format';
import { useUrl } from '../../useUrl';
import { BindingForm } from './BindingForm';
import { useMayBind } from './may';
import { TryIt } from './TryIt';

interface Props {
  readonly clusterId: string;
  readonly binding: ProtobufBinding;
  /** those of the list, for the way to its neighbours */
  readonly items: readonly ProtobufBinding[];
  readonly onClose: () => void;
}

/** One binding: what it says, a real message read by it, and what may be done with it. */
export function BindingPanel({ clusterId, binding, items, onClose }: Props) {
  const url = useUrl();
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const remove = useAct('deleteProtobufBinding');
  const { id, subject, stream, type, descriptor } = binding;
  const step = (by: number) => {
    const next = items[items.findIndex((known) => known.id === id) + by];
    if (next) url.set({ binding: next.id });
  };
  const allowed = useMayBind(clusterId)(stream);
  if (editing)
    return (
      <BindingForm
        clusterId={clusterId}
        binding={binding}
        onDone={() => setEditing(false)}
        onCancel={() => setEditing(false)}
      />
    );
  return (
    <Stack>
      <OpenedBar title={<Mono>{subject}</Mono>} onUp={() => step(-1)} onDown={() => step(1)} onClose={onClose} />
      <Facts
        facts={[
          ['Stream', stream ?? 'any of the cluster'],
          ['Message type', <Mono key="type">{type}</Mono>],
          ['Descriptor set', descriptor.name],
          ['Changed', `${ago(binding.changedAt)} by ${binding.by}, ${time(binding.changedAt)}`],
        ]}
      />
      {allowed && (
        <Row>
          <Button size="sm" variant="secondary" icon="pen" onClick={() => setEditing(true)}>
            Change
          </Button>
          <Button size="sm" variant="destructive" fill="outline" icon="trash-alt" onClick={() => setDeleting(true)}>
            Delete
          </Button>
        </Row>
      )}
      <TryIt clusterId={clusterId} subject={subject} stream={stream} picked={{ descriptor: descriptor.id, type }} />
      {deleting && (
        <ActDialog
          title={`Delete the binding of ${subject}`}
          text="Delete"
          busyText="Deleting"
          act={remove}
          confirm={subject}
          onClose={() => setDeleting(false)}
          onAct={() => remove.mutate({ params: { clusterId, bindingId: id } }, { onSuccess: onClose })}
        >
          <p>
            Messages of {stream ?? 'all streams'} under {subject} are no longer read as {type}: another binding that
            matches holds, or none. No message is touched.
          </p>
        </ActDialog>
      )}
    </Stack>
  );
}
