import { Button } from '@grafana/ui';
import type { ChangeResult, ConfigView as Known } from '@jetstream-console/contract';
import { useState } from 'react';
import { useMayChange } from '../../api/mayChange';
import { ConfigView } from '../../assetConfig/ConfigView';
import { EditView } from '../../assetConfig/EditView';
import { streamEditors } from '../../assetConfig/editors';
import { Outcome } from '../../assetConfig/Outcome';
import { streamFields } from '../../assetConfig/streamFields';
import { useEdit } from '../../assetConfig/useEdit';
import { CannotChange } from '../../components/CannotChange';
import { Row, Stack } from '../../components/parts';
import { Loaded } from '../../components/States';
import { streamAddCommand, streamEditCommand } from '../../natsCommand';
import { useKeys } from '../../useKeys';
import { useUrl } from '../../useUrl';
import type { StoreKind } from './kinds';

interface Props {
  readonly kind: StoreKind;
  readonly clusterId: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What is set on a bucket or store, and for those who may, the change of it through a diff. */
export function StoreSettings({ kind, clusterId, name, config }: Props) {
  const url = useUrl();
  const may = useMayChange(clusterId);
  const [outcome, setOutcome] = useState<ChangeResult | null>(null);
  const mayEdit = may.named(`${kind.resource}:update`, name);
  const edit = url.get('edit');
  const begin = () => url.set({ edit: '1' }, false);
  const end = () => url.set({ edit: null }, false);
  useKeys(mayEdit && edit === undefined ? { e: begin } : {});
  if (edit !== undefined)
    return mayEdit ? (
      <Editing
        kind={kind}
        clusterId={clusterId}
        name={name}
        focus={edit === '1' ? undefined : edit}
        onSaved={(result) => {
          setOutcome(result);
          end();
        }}
        onCancel={end}
      />
    ) : (
      <CannotChange what={`change the ${kind.what} ${name}`} role="editor" readOnly={may.readOnly} />
    );
  return (
    <Stack>
      {outcome && <Outcome result={outcome} groups={streamFields} onClose={() => setOutcome(null)} />}
      {mayEdit && (
        <Row>
          <Button size="sm" icon="edit" tooltip="Edit ( e )" onClick={begin}>
            Edit
          </Button>
        </Row>
      )}
      <ConfigView config={config} groups={streamFields} name={name} command={streamAddCommand(config)} />
    </Stack>
  );
}

interface EditingProps extends Omit<Props, 'config'> {
  readonly focus: string | undefined;
  readonly onSaved: (result: ChangeResult) => void;
  readonly onCancel: () => void;
}

function Editing(props: EditingProps) {
  const view = props.kind.useConfig(props.clusterId, props.name);
  return (
    <Loaded of={view}>{(latest) => <Draft {...props} latest={latest} onConflict={() => void view.refetch()} />}</Loaded>
  );
}

interface DraftProps extends EditingProps {
  readonly latest: Known;
  readonly onConflict: () => void;
}

function Draft({ kind, clusterId, name, focus, latest, onCancel, ...saving }: DraftProps) {
  const edit = useEdit('stream', latest, [clusterId, `${kind.form.prefix}${name}`]);
  const plan = kind.usePlanUpdate(clusterId, name, edit.body, edit.draft.ready);
  const save = kind.useUpdate(clusterId, name);
  return (
    <EditView
      kind="stream"
      latest={latest}
      edit={edit}
      plan={plan}
      act={save}
      groups={kind.groups}
      editors={streamEditors}
      focus={focus}
      command={({ config }) => streamEditCommand(`${kind.form.prefix}${name}`, config)}
      onSave={() => edit.save(save.run, saving)}
      onCancel={onCancel}
    />
  );
}
