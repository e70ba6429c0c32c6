import { Field, Input, Switch } from '@grafana/ui';
import type { NatsConfig } from '@jetstream-console/contract';
import { useNavigate } from 'react-router-dom';
import { useAct, useApi } from '../../api/hooks';
import { useMayChange } from '../../api/mayChange';
import { consumerFields } from '../../assetConfig/consumerFields';
import { consumerEditors } from '../../assetConfig/editors';
import { MakeView } from '../../assetConfig/MakeView';
import { useDraft, type Draft } from '../../assetConfig/useDraft';
import { CannotChange } from '../../components/CannotChange';
import { consumerUrl, Panel } from '../../components/parts';
import { Loaded } from '../../components/States';
import { consumerAddCommand } from '../../natsCommand';
import { useAskBeforeLeaving } from '../../useAskBeforeLeaving';
import { useUrl } from '../../useUrl';

/** As most of them are: it stays, and each message is acknowledged by itself. */
const usual: NatsConfig = { name: '', durable_name: '', ack_policy: 'explicit' };
/** The name is given once, above the form. */
const { name: _name, durable_name: _durable, ...editors } = consumerEditors;

interface Props {
  readonly clusterId: string;
  readonly stream: string;
}

/** A new consumer of a stream, pulled or pushed. */
export function CreateConsumer({ clusterId, stream }: Props) {
  const may = useMayChange(clusterId);
  const allowed = may.consumers('create', stream);
  const of = useApi('getStreamConfig', { params: { clusterId, stream } }, { enabled: allowed });
  if (!allowed)
    return <CannotChange what={`create consumers of the stream ${stream}`} role="editor" readOnly={may.readOnly} />;
  return <Loaded of={of}>{({ apiLevel }) => <Making clusterId={clusterId} stream={stream} level={apiLevel} />}</Loaded>;
}

function Making({ clusterId, stream, level }: Props & { readonly level: number }) {
  const url = useUrl();
  const navigate = useNavigate();
  const params = { clusterId, stream };
  const draft = useDraft('consumer', { base: {}, draft: usual });
  const leave = useAskBeforeLeaving(draft.touched);
  const body = { config: draft.draft, pedantic: draft.pedantic };
  const plan = useApi('planConsumer', { params, body }, { enabled: draft.ready });
  const create = useAct('createConsumer');
  return (
    <MakeView
      kind="consumer"
      groups={consumerFields}
      editors={editors}
      level={level}
      draft={draft}
      plan={plan}
      act={create}
      command={({ config }) => consumerAddCommand(stream, config)}
      onCancel={() => leave(() => url.set({ create: null }, false))}
      onSave={() =>
        create.mutate(
          { params, body },
          { onSuccess: ({ config }) => leave(() => navigate(consumerUrl(clusterId, stream, nameOf(config)))) },
        )
      }
    >
      <Identity draft={draft} />
    </MakeView>
  );
}

const textAt = (config: NatsConfig, field: string): string => {
  const value = config[field];
  return typeof value === 'string' ? value : '';
};
const nameOf = (config: NatsConfig): string => textAt(config, 'name') || textAt(config, 'durable_name');

/** A durable consumer carries its name twice; here it is said once. */
function Identity({ draft }: { draft: Draft }) {
  const config = draft.draft;
  const name = nameOf(config);
  const durable = config['durable_name'] !== undefined;
  const { durable_name: _before, ...rest } = config;
  const set = (nextName: string, nextDurable: boolean) =>
    draft.set({ ...rest, name: nextName, ...(nextDurable && { durable_name: nextName }) });
  const fault = draft.faults['name'] ?? draft.faults['durable_name'];
  return (
    <Panel title="Which consumer">
      <Field label="Name" required htmlFor="consumer-name" invalid={fault !== undefined && name !== ''} error={fault}>
        <Input
          id="consumer-name"
          autoFocus
          autoComplete="off"
          spellCheck={false}
          value={name}
          onChange={(event) => set(event.currentTarget.value, durable)}
        />
      </Field>
      <Field
        label="Durable"
        description="It stays until it is deleted. Without this it goes, with its position, once nobody uses it."
        htmlFor="consumer-durable"
      >
        <Switch id="consumer-durable" value={durable} onChange={(event) => set(name, event.currentTarget.checked)} />
      </Field>
    </Panel>
  );
}
