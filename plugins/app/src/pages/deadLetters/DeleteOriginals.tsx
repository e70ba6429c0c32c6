import { Alert } from '@grafana/ui';
import type { DeadLetter } from '@jetstream-console/contract';
import { useAct } from '../../api/hooks';
import { ActDialog } from '../../components/ActDialog';
import type { ActBase } from '../../components/ActsMenu';
import { exact } from '../../format';
import { deleteMessageCommand } from '../../natsCommand';

interface Props extends ActBase {
  readonly clusterId: string;
  /** of one stream */
  readonly letters: readonly DeadLetter[];
}

/** Takes given-up messages out of their stream for good, once its name is typed. */
export function DeleteOriginals({ clusterId, letters, onDone, onClose }: Props) {
  const remove = useAct('deleteDeadLetterOriginals');
  const [first] = letters;
  if (!first) return null;
  const { stream } = first;
  const what = letters.length === 1 ? `message ${exact(first.seq)}` : `${exact(letters.length)} messages`;
  return (
    <ActDialog
      title={`Delete ${what} of ${stream}`}
      text="Delete"
      busyText="Deleting"
      act={remove}
      confirm={stream}
      command={letters.length === 1 ? deleteMessageCommand(stream, first.seq) : undefined}
      onClose={onClose}
      onAct={(confirm) =>
        remove.mutate(
          { params: { clusterId }, body: { ids: letters.map(({ id }) => id), confirm } },
          {
            onSuccess: ({ deleted, gone, refused }) =>
              onDone(
                `${exact(deleted)} deleted${gone > 0 ? `, ${exact(gone)} were gone already` : ''}${refused.length > 0 ? `, ${exact(refused.length)} refused: ${refused[0]?.reason ?? ''}` : ''}.`,
              ),
          },
        )
      }
    >
      <Alert severity="warning" title="It is gone for good">
        {first.state === 'open'
          ? 'It was not sent again: what is in it is lost, but for a copy where the console has one. The dead letter counts as dropped.'
          : 'What was sent again in its place stays.'}
      </Alert>
    </ActDialog>
  );
}
