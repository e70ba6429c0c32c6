import { Combobox, Field } from '@grafana/ui';
import { changeBetween, withoutServerLabels, type ChangePlan, type NatsConfig } from '@jetstream-console/contract';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router-dom';
import { useAct, useApi } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { streamEditors } from '../../assetConfig/editors';
import { MakeView } from '../../assetConfig/MakeView';
import { streamFields } from '../../assetConfig/streamFields';
import { useDraft } from '../../assetConfig/useDraft';
import { CannotChange } from '../../components/CannotChange';
import { streamUrl } from '../../components/parts';
import { Loaded } from '../../components/States';
import { streamAddCommand } from '../../natsCommand';
import { useAskBeforeLeaving } from '../../useAskBeforeLeaving';
import { useUrl } from '../../useUrl';

const empty = 'empty';
const copy = 'copy';

/** A new stream: from a template, as a copy of another one, or from JSON that is pasted beside the form. */
export function CreateStream({ clusterId }: { clusterId: string }) {
  const url = useUrl();
  const may = useMayChange(clusterId);
  const allowed = may.streams('create');
  const templates = useApi('listStreamTemplates', { params: { clusterId } }, { enabled: allowed });
  const of = url.get('of');
  if (!allowed) return <CannotChange what="create streams in this cluster" role="editor" readOnly={may.readOnly} />;
  return (
    <Loaded of={templates}>
      {({ items, apiLevel }) => {
        const template = items.find(({ id }) => id === url.get('create'));
        const from = of !== undefined ? copy : (template?.id ?? empty);
        const begin = (
          <Field label="Begin with" description={template?.description} htmlFor="begin-with">
            <Combobox
              id="begin-with"
              options={[
                ...(of === undefined ? [] : [{ value: copy, label: `A copy of ${of}` }]),
                { value: empty, label: 'Nothing set' },
                ...items.map(({ id, title, description }) => ({ value: id, label: title, description })),
              ]}
              value={from}
              onChange={({ value }) => url.set({ create: value, of: value === copy ? of : null })}
            />
          </Field>
        );
        return of === undefined ? (
          <Making key={from} clusterId={clusterId} level={apiLevel} start={template?.config ?? {}} begin={begin} />
        ) : (
          <Copying key={of} clusterId={clusterId} level={apiLevel} of={of} begin={begin} />
        );
      }}
    </Loaded>
  );
}

interface Props {
  readonly clusterId: string;
  readonly level: number;
  readonly begin: ReactNode;
}

/** What both ways of making a stream share: the plan, the editor, and the way out. */
function useMaking(clusterId: string, start: NatsConfig) {
  const url = useUrl();
  const navigate = useNavigate();
  const draft = useDraft('stream', { base: {}, draft: start });
  const leave = useAskBeforeLeaving(draft.touched);
  const config = { ...draft.draft, name: String(draft.draft['name'] ?? '') };
  const plan = useApi(
    'planStream',
    { params: { clusterId }, body: { config, pedantic: draft.pedantic } },
    { enabled: draft.ready },
  );
  return {
    draft,
    config,
    plan,
    open: () => leave(() => navigate(streamUrl(clusterId, config.name))),
    onCancel: () => leave(() => url.set({ create: null, of: null }, false)),
    command: ({ config: wanted }: ChangePlan) => streamAddCommand(wanted),
  };
}

function Making({ clusterId, level, start, begin }: Props & { readonly start: NatsConfig }) {
  const { config, open, ...making } = useMaking(clusterId, start);
  const create = useAct('createStream');
  return (
    <MakeView
      {...making}
      kind="stream"
      groups={streamFields}
      editors={streamEditors}
      level={level}
      act={create}
      onSave={() =>
        create.mutate({ params: { clusterId }, body: { config, pedantic: making.draft.pedantic } }, { onSuccess: open })
      }
    >
      {begin}
    </MakeView>
  );
}

function Copying(props: Props & { readonly of: string }) {
  const original = useApi('getStreamConfig', { params: { clusterId: props.clusterId, stream: props.of } });
  return <Loaded of={original}>{({ config }) => <CopyOf {...props} original={config} />}</Loaded>;
}

function CopyOf({ clusterId, level, of, original, begin }: Props & { readonly of: string; original: NatsConfig }) {
  const { name: _name, sealed: _sealed, ...start } = withoutServerLabels(original);
  const { config, open, ...making } = useMaking(clusterId, start);
  const clone = useAct('cloneStream');
  const { name, ...wanted } = config;
  return (
    <MakeView
      {...making}
      kind="stream"
      groups={streamFields}
      editors={streamEditors}
      level={level}
      act={clone}
      // The server copies by itself, so that numbers too long for a page stay as they are; sent is what differs.
      onSave={() =>
        clone.mutate(
          {
            params: { clusterId, stream: of },
            body: { name, change: changeBetween(start, wanted), pedantic: making.draft.pedantic },
          },
          { onSuccess: open },
        )
      }
    >
      {begin}
    </MakeView>
  );
}
