import { useNavigate } from 'react-router-dom';
import { ActDialog } from '../../components/ActDialog';
import type { ActBase } from '../../components/ActsMenu';
import { Loaded } from '../../components/States';
import { TouchedList } from '../stream/acts/Touched';
import type { StoreKind } from './kinds';

interface Props extends ActBase {
  readonly kind: StoreKind;
  readonly clusterId: string;
  readonly name: string;
}

/** Deletes a bucket or a store with all that is in it. */
export function DeleteStore({ kind, clusterId, name, onClose }: Props) {
  const remove = kind.useDelete(clusterId, name);
  const impact = kind.useImpact(clusterId, name);
  const navigate = useNavigate();
  return (
    <ActDialog
      title={`Delete ${name}`}
      text="Delete"
      busyText="Deleting"
      act={remove}
      confirm={name}
      command={kind.deleteCommand(name)}
      onClose={onClose}
      onAct={(confirm) => remove.run(confirm, { onSuccess: () => navigate(kind.listUrl(clusterId)) })}
    >
      <p>Everything in it is lost for good, for every application that uses it.</p>
      <Loaded of={impact}>{(known) => <TouchedList impact={known} touch="delete" />}</Loaded>
    </ActDialog>
  );
}
