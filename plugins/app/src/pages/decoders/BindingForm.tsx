import { Button, Field } from '@grafana/ui';
import type { ProtobufBinding } from '@jetstream-console/contract';
import { useState } from 'react';
import { fieldFault } from '../../api/faults';
import { useAct } from '../../api/hooks';
import { Panel, Quiet, Row, Stack } from '../../components/parts';
import { Problem } from '../../components/States';
import { TextInput } from '../../components/TextInput';
import { TypePicker } from '../../payload/TypePicker';
import { useAskBeforeLeaving } from '../../useAskBeforeLeaving';
import { bodyOf, draftOf, faultIn, sameDraft, streamOf, type Draft } from './draft';
import { useMayBind } from './may';
import { TryIt } from './TryIt';

interface Props {
  readonly clusterId: string;
  /** what is changed; null for a new one */
  readonly binding: ProtobufBinding | null;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

/** What is wrong with a field: as it is typed, else as the server said. */
function faultOf(field: 'subject' | 'stream', draft: Draft, error: Error | null) {
  const typed = faultIn(field, draft);
  return typed === undefined ? fieldFault(error, `body.${field}`) : { invalid: true, error: typed };
}

/** Says of which type payloads are, and shows a message of the stream read so before it is saved. */
export function BindingForm({ clusterId, binding, onDone, onCancel }: Props) {
  const [draft, setDraft] = useState(draftOf(binding));
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const create = useAct('createProtobufBinding');
  const update = useAct('updateProtobufBinding');
  const { isPending, error } = binding === null ? create : update;
  const touched = !sameDraft(draft, draftOf(binding));
  const leave = useAskBeforeLeaving(touched);
  const stream = streamOf(draft);
  const allowed = useMayBind(clusterId)(stream);
  const body = bodyOf(draft);
  const ready = body !== null && touched && allowed && !isPending;
  const save = () => {
    if (!ready) return;
    const onSuccess = () => leave(onDone);
    if (binding === null) create.mutate({ params: { clusterId }, body }, { onSuccess });
    else update.mutate({ params: { clusterId, bindingId: binding.id }, body }, { onSuccess });
  };
  return (
    <Panel title={binding === null ? 'Bind a subject' : `Change the binding of ${binding.subject}`}>
      <form
        data-testid="bind"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextInput
          id="bind-subject"
          label="Subject"
          description="A subject or a pattern; where several match a message the narrowest holds."
          placeholder="orders.>"
          autoFocus
          fault={faultOf('subject', draft, error)}
          value={draft.subject}
          onChange={(subject) => change({ subject })}
        />
        <TextInput
          id="bind-stream"
          label="Stream"
          description="Only in this stream; leave it empty for any stream of the cluster."
          fault={faultOf('stream', draft, error)}
          value={draft.stream}
          onChange={(text) => change({ stream: text })}
        />
        <Field label="Message type" {...fieldFault(error, 'body.type', 'body.descriptor')}>
          <TypePicker
            descriptor={draft.descriptor}
            type={draft.type}
            onDescriptor={(descriptor) => change({ descriptor, type: null })}
            onPick={change}
          />
        </Field>
        <Stack>
          {error && <Problem error={error} />}
          {!allowed && (
            <Quiet>
              {stream === null
                ? 'Your role is for some streams of this cluster: name one of them.'
                : `Your role may not change ${stream}.`}
            </Quiet>
          )}
          <Row>
            <Button type="submit" size="sm" disabled={!ready}>
              {isPending ? 'Saving' : 'Save'}
            </Button>
            <Button type="button" size="sm" variant="secondary" onClick={() => leave(onCancel)}>
              Cancel
            </Button>
          </Row>
        </Stack>
      </form>
      {body !== null && (
        <TryIt
          clusterId={clusterId}
          subject={body.subject}
          stream={body.stream}
          picked={{ descriptor: body.descriptor, type: body.type }}
        />
      )}
    </Panel>
  );
}
