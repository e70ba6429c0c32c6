import { useNavigate } from 'react-router-dom';
import { useAct } from '../../../api/hooks';
import { ActDialog } from '../../../components/ActDialog';
import { streamUrl } from '../../../components/parts';
import { exact } from '../../../format';
import { deleteConsumerCommand } from '../../../natsCommand';
import type { ConsumerActProps } from './consumerActs';

/** Deletes a consumer with its position. */
export function DeleteConsumerDialog({ about, row, onClose }: ConsumerActProps) {
  const { clusterId, stream, consumer } = about;
  const remove = useAct('deleteConsumer');
  const navigate = useNavigate();
  return (
    <ActDialog
      title={`Delete ${consumer}`}
      text="Delete"
      busyText="Deleting"
      act={remove}
      confirm={consumer}
      command={deleteConsumerCommand(stream, consumer)}
      onClose={onClose}
      onAct={(confirm) =>
        remove.mutate(
          { params: about, body: { confirm } },
          { onSuccess: () => navigate(streamUrl(clusterId, stream, 'consumers')) },
        )
      }
    >
      <section aria-label="What is touched">
        <ul>
          <li>
            its position, up to sequence {exact(row.deliveredStreamSeq)}, is lost: one that is made anew starts over
          </li>
          <li>
            {exact(row.lag)} messages that wait and {exact(row.ackPending)} that are out are not delivered by it any
            more
          </li>
          <li>its clients get an error with their next request</li>
          <li>on a work queue, or a stream that keeps by interest, messages that nobody else wants may go with it</li>
        </ul>
      </section>
    </ActDialog>
  );
}
