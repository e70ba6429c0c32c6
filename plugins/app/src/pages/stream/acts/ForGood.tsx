import { useNavigate } from 'react-router-dom';
import { useAct } from '../../../api/hooks';
import { ActDialog } from '../../../components/ActDialog';
import { pageUrl } from '../../../components/parts';
import { deleteStreamCommand, sealCommand } from '../../../natsCommand';
import type { StreamActProps } from './streamActs';
import { Touched } from './Touched';

/** Seals a stream, which nothing takes back. */
export function SealDialog({ clusterId, stream, onDone, onClose }: StreamActProps) {
  const seal = useAct('sealStream');
  return (
    <ActDialog
      title={`Seal ${stream}`}
      text="Seal for good"
      busyText="Sealing"
      act={seal}
      confirm={stream}
      command={sealCommand(stream)}
      onClose={onClose}
      onAct={(confirm) =>
        seal.mutate(
          { params: { clusterId, stream }, body: { confirm } },
          { onSuccess: () => onDone(`${stream} is sealed.`) },
        )
      }
    >
      <p>Nothing comes in and nothing goes out any more. No server and no administrator can take that back.</p>
      <Touched clusterId={clusterId} stream={stream} touch="seal" />
    </ActDialog>
  );
}

/** Deletes a stream with all that is in it. */
export function DeleteStreamDialog({ clusterId, stream, onClose }: StreamActProps) {
  const remove = useAct('deleteStream');
  const navigate = useNavigate();
  return (
    <ActDialog
      title={`Delete ${stream}`}
      text="Delete"
      busyText="Deleting"
      act={remove}
      confirm={stream}
      command={deleteStreamCommand(stream)}
      onClose={onClose}
      onAct={(confirm) =>
        remove.mutate(
          { params: { clusterId, stream }, body: { confirm } },
          { onSuccess: () => navigate(pageUrl(`streams?cluster=${clusterId}`)) },
        )
      }
    >
      <p>
        Its configuration stays in the history of this console and can be made again. Its messages and the positions of
        its consumers cannot.
      </p>
      <Touched clusterId={clusterId} stream={stream} touch="delete" />
    </ActDialog>
  );
}
