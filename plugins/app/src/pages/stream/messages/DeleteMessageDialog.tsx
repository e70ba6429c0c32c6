import { Alert, Field } from '@grafana/ui';
import { useState } from 'react';
import { useAct } from '../../../api/hooks';
import { ActDialog } from '../../../components/ActDialog';
import type { ActBase } from '../../../components/ActsMenu';
import { Choices } from '../../../components/Choices';
import { exact } from '../../../format';
import { deleteMessageCommand } from '../../../natsCommand';

interface Props extends ActBase {
  readonly clusterId: string;
  readonly stream: string;
  readonly seq: number;
}

const ways = [
  { label: 'Delete', value: false },
  { label: 'Erase', value: true },
];

/** Takes one message out of its stream, once the stream's name is typed. */
export function DeleteMessageDialog({ clusterId, stream, seq, onDone, onClose }: Props) {
  const [erase, setErase] = useState(false);
  const remove = useAct('deleteMessage');
  return (
    <ActDialog
      title={`Delete message ${exact(seq)} of ${stream}`}
      text={erase ? 'Erase' : 'Delete'}
      busyText={erase ? 'Erasing' : 'Deleting'}
      act={remove}
      confirm={stream}
      command={erase ? deleteMessageCommand(stream, seq) : undefined}
      onClose={onClose}
      onAct={(confirm) =>
        remove.mutate(
          { params: { clusterId, stream, seq }, body: { erase, confirm } },
          {
            onSuccess: ({ subject }) =>
              onDone(`Message ${exact(seq)} (${subject}) is ${erase ? 'erased' : 'deleted'}.`),
          },
        )
      }
    >
      <Field
        label="How"
        description={
          erase ? 'Its bytes are overwritten first, which is slower.' : 'Its place on the disk is marked free.'
        }
      >
        <Choices label="How" options={ways} value={erase} onChange={setErase} />
      </Field>
      <Alert severity="warning" title="It is gone for good">
        Consumers that have not seen it pass over it, and mirrors keep their copy.
      </Alert>
    </ActDialog>
  );
}
