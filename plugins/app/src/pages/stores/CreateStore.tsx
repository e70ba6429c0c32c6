import { useNavigate } from 'react-router-dom';
import { useApi } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { streamEditors } from '../../assetConfig/editors';
import { MakeView } from '../../assetConfig/MakeView';
import { useDraft } from '../../assetConfig/useDraft';
import { CannotChange } from '../../components/CannotChange';
import { Loaded } from '../../components/States';
import { streamAddCommand } from '../../natsCommand';
import { useAskBeforeLeaving } from '../../useAskBeforeLeaving';
import { useUrl } from '../../useUrl';
import type { StoreKind } from './kinds';

interface Props {
  readonly kind: StoreKind;
  readonly clusterId: string;
}

/** A new bucket or object store: its name, and what differs from what clients make. */
export function CreateStore({ kind, clusterId }: Props) {
  const may = useMayChange(clusterId);
  const allowed = may.named(`${kind.resource}:create`);
  const level = useApi('listStreamTemplates', { params: { clusterId } }, { enabled: allowed });
  if (!allowed)
    return <CannotChange what={`create a ${kind.what} in this cluster`} role="editor" readOnly={may.readOnly} />;
  return <Loaded of={level}>{({ apiLevel }) => <Making kind={kind} clusterId={clusterId} level={apiLevel} />}</Loaded>;
}

function Making({ kind, clusterId, level }: Props & { readonly level: number }) {
  const url = useUrl();
  const navigate = useNavigate();
  const draft = useDraft('stream', { base: {}, draft: kind.form.fresh });
  const leave = useAskBeforeLeaving(draft.touched);
  const { name: typed, ...config } = draft.draft;
  const name = String(typed ?? '');
  const body = { name, config, pedantic: draft.pedantic };
  const plan = kind.usePlan(clusterId, body, draft.ready && name !== '');
  const create = kind.useCreate(clusterId);
  return (
    <MakeView
      kind="stream"
      groups={kind.groups}
      editors={streamEditors}
      level={level}
      draft={draft}
      plan={plan}
      act={create}
      command={({ config: wanted }) => streamAddCommand(wanted)}
      onSave={() => create.run(body, { onSuccess: () => leave(() => navigate(kind.url(clusterId, name))) })}
      onCancel={() => leave(() => url.set({ create: null }, false))}
    />
  );
}
