import type { ChangeResult, ConfigView } from '@jetstream-console/contract';
import { useAct, useApi } from '../../../api/hooks';
import { streamEditors } from '../../../assetConfig/editors';
import { EditView } from '../../../assetConfig/EditView';
import { streamFields } from '../../../assetConfig/streamFields';
import { useEdit } from '../../../assetConfig/useEdit';
import { Loaded } from '../../../components/States';
import { streamEditCommand } from '../../../natsCommand';

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  readonly focus?: string;
  readonly onSaved: (result: ChangeResult) => void;
  readonly onCancel: () => void;
}

/** Changes the configuration of a stream that is there, through a diff that is shown first. */
export function EditStream(props: Props) {
  const { clusterId, stream } = props;
  // Whoever else saves meanwhile is noticed before the edit is done, not after.
  const view = useApi('getStreamConfig', { params: { clusterId, stream } }, { every: 15_000 });
  return (
    <Loaded of={view}>
      {(latest) => <Editing {...props} latest={latest} onConflict={() => void view.refetch()} />}
    </Loaded>
  );
}

interface EditingProps extends Props {
  readonly latest: ConfigView;
  readonly onConflict: () => void;
}

function Editing({ clusterId, stream, focus, latest, onCancel, ...saving }: EditingProps) {
  const params = { clusterId, stream };
  const edit = useEdit('stream', latest, [clusterId, stream]);
  const plan = useApi('planStreamUpdate', { params, body: edit.body }, { enabled: edit.draft.ready });
  const save = useAct('updateStream');
  return (
    <EditView
      kind="stream"
      latest={latest}
      edit={edit}
      plan={plan}
      act={save}
      groups={streamFields}
      editors={streamEditors}
      focus={focus}
      command={({ config }) => streamEditCommand(stream, config)}
      onSave={() => edit.save((body, then) => save.mutate({ params, body }, then), saving)}
      onCancel={onCancel}
    />
  );
}
