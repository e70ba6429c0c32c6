import type { ChangeResult, ConfigView } from '@jetstream-console/contract';
import { useAct, useApi } from '../../api/hooks';
import { consumerFields } from '../../assetConfig/consumerFields';
import { consumerEditors } from '../../assetConfig/editors';
import { EditView } from '../../assetConfig/EditView';
import { useEdit } from '../../assetConfig/useEdit';
import { Loaded } from '../../components/States';
import { consumerEditCommand } from '../../natsCommand';
import type { AboutConsumer } from './about';

interface Props {
  readonly about: AboutConsumer;
  readonly focus?: string;
  readonly onSaved: (result: ChangeResult) => void;
  readonly onCancel: () => void;
}

/** Changes the configuration of a consumer that is there, through a diff that is shown first. */
export function EditConsumer(props: Props) {
  const view = useApi('getConsumerConfig', { params: props.about }, { every: 15_000 });
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

function Editing({ about, focus, latest, onCancel, ...saving }: EditingProps) {
  const edit = useEdit('consumer', latest, [about.clusterId, about.stream, about.consumer]);
  const plan = useApi('planConsumerUpdate', { params: about, body: edit.body }, { enabled: edit.draft.ready });
  const save = useAct('updateConsumer');
  return (
    <EditView
      kind="consumer"
      latest={latest}
      edit={edit}
      plan={plan}
      act={save}
      groups={consumerFields}
      editors={consumerEditors}
      focus={focus}
      command={({ config }) => consumerEditCommand(about.stream, about.consumer, config)}
      onSave={() => edit.save((body, then) => save.mutate({ params: about, body }, then), saving)}
      onCancel={onCancel}
    />
  );
}
