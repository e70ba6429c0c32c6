import { Alert, Button, Drawer } from '@grafana/ui';
import type { DeadLetter, Message } from '@jetstream-console/contract';
import { useState } from 'react';
import { fieldFault } from '../../api/faults';
import { useAct } from '../../api/hooks';
import { Row } from '../../components/parts';
import { Problem } from '../../components/States';
import { TextInput } from '../../components/TextInput';
import { exact } from '../../format';
import { useAskBeforeLeaving } from '../../useAskBeforeLeaving';
import { MessageFields } from '../stream/messages/MessageFields';
import { bodyOf, emptyPublish, formOf, sameForm, type PublishForm } from '../stream/messages/publishForm';

interface Props {
  readonly clusterId: string;
  readonly letter: DeadLetter;
  /** what was given up; null where it is gone: one is written anew */
  readonly message: Message | null;
  readonly onClose: () => void;
}

/** Sends another message in the place of the one that was given up. */
export function EditDrawer({ clusterId, letter, message, onClose }: Props) {
  const start = message === null ? emptyPublish : formOf(message);
  const [form, setForm] = useState<PublishForm>(start);
  const retry = useAct('retryDeadLetter');
  const freely = useAskBeforeLeaving(!sameForm(form, start) && !retry.isSuccess);
  const set = (changes: Partial<PublishForm>) => setForm((before) => ({ ...before, ...changes }));
  const fault = (field: string) => fieldFault(retry.error, `body.edit.${field}`);
  const send = () => {
    const { subject, payload, headers } = bodyOf(form);
    retry.mutate(
      {
        params: { clusterId, letter: letter.id },
        body: { edit: { subject, payload, headers }, again: letter.state !== 'open' },
      },
      { onSuccess: () => freely(onClose) },
    );
  };
  return (
    <Drawer
      title={`Edit message ${exact(letter.seq)} of ${letter.stream} and send it`}
      subtitle="Subscribers of the subject get it as well."
      onClose={onClose}
      size="md"
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {message?.payload.truncated && (
          <Alert severity="warning" title="The payload is larger than what is shown here, and would be sent cut" />
        )}
        <TextInput
          id="letter-subject"
          label="Subject"
          description="One that a stream of this account takes."
          autoFocus
          fault={fault('subject')}
          value={form.subject}
          onChange={(subject) => set({ subject })}
        />
        <MessageFields id="letter" form={form} set={set} fault={fault} rows={12} />
        {retry.isError && <Problem error={retry.error} />}
        <Row>
          <Button
            type="submit"
            disabled={retry.isPending || form.subject.trim() === '' || message?.payload.truncated === true}
          >
            {retry.isPending ? 'Sending' : 'Send'}
          </Button>
          <Button type="button" variant="secondary" fill="outline" onClick={onClose}>
            Cancel
          </Button>
        </Row>
      </form>
    </Drawer>
  );
}
