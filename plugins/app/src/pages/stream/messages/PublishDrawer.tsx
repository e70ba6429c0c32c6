import { Alert, Button, ClipboardButton, Collapse, Drawer } from '@grafana/ui';
import { useState } from 'react';
import { faultOf, fieldFault } from '../../../api/faults';
import { useAct, useApi } from '../../../api/hooks';
import { Row } from '../../../components/parts';
import { Loaded, Problem } from '../../../components/States';
import { TextInput } from '../../../components/TextInput';
import { exact } from '../../../format';
import { publishCommand } from '../../../natsCommand';
import { wholeBytes } from '../../../payload/PayloadView';
import { useAskBeforeLeaving } from '../../../useAskBeforeLeaving';
import { MessageFields } from './MessageFields';
import { bodyOf, emptyPublish, formOf, sameForm, type PublishForm } from './publishForm';

interface Props {
  readonly clusterId: string;
  readonly stream: string;
  /** the message to start from */
  readonly from: number | null;
  readonly onClose: () => void;
}

/** Publishes into a stream, from nothing or from a message that is there. */
export function PublishDrawer(props: Props) {
  const { clusterId, stream, from, onClose } = props;
  return (
    <Drawer
      title={from === null ? `Publish into ${stream}` : `Publish message ${exact(from)} again`}
      subtitle="Subscribers of the subject get it as well."
      onClose={onClose}
      size="md"
    >
      {from === null ? (
        <PublishFields {...props} start={emptyPublish} />
      ) : (
        <FromMessage {...props} from={from} clusterId={clusterId} />
      )}
    </Drawer>
  );
}

function FromMessage(props: Props & { from: number }) {
  const { clusterId, stream, from: seq } = props;
  const message = useApi('getMessage', { params: { clusterId, stream, seq }, query: { maxBytes: wholeBytes } });
  return (
    <Loaded of={message}>
      {(known) =>
        known.payload.truncated ? (
          <Alert severity="info" title="This message is too large to be edited here" />
        ) : (
          <PublishFields {...props} start={formOf(known)} />
        )
      }
    </Loaded>
  );
}

function PublishFields({ clusterId, stream, start, onClose }: Props & { start: PublishForm }) {
  const [form, setForm] = useState(start);
  const [more, setMore] = useState(false);
  const publish = useAct('publishMessage');
  const [kept, setKept] = useState(start);
  useAskBeforeLeaving(!sameForm(form, kept));
  const set = (changes: Partial<PublishForm>) => setForm((before) => ({ ...before, ...changes }));
  const fault = (...fields: string[]) => fieldFault(publish.error, ...fields.map((field) => `body.${field}`));
  // What is wrong with a field that is folded away has to be seen.
  const hidden = ['messageId', 'expect', 'ttl', 'schedule', 'increment'].some((field) =>
    faultOf(publish.error, `body.${field}`),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        publish.mutate({ params: { clusterId, stream }, body: bodyOf(form) }, { onSuccess: () => setKept(form) });
      }}
    >
      <TextInput
        id="publish-subject"
        label="Subject"
        description="One that this stream takes."
        placeholder="orders.eu.created"
        autoFocus
        fault={fault('subject')}
        value={form.subject}
        onChange={(subject) => set({ subject })}
      />
      <MessageFields id="publish" form={form} set={set} fault={fault} rows={8} />
      <Collapse label="Conditions, life and schedule" isOpen={more || hidden} onToggle={() => setMore(!more)}>
        <MoreFields form={form} set={set} fault={fault} />
      </Collapse>
      {publish.isError && <Problem error={publish.error} />}
      {publish.data && !publish.isPending && (
        <Alert
          severity={publish.data.duplicate ? 'warning' : 'success'}
          data-testid="pub-ack"
          title={
            publish.data.duplicate
              ? `Nothing new was stored: message ${exact(publish.data.seq)} has this id already`
              : `Stored in ${publish.data.stream} as message ${exact(publish.data.seq)}`
          }
        >
          {publish.data.counter !== null && `The counter is ${publish.data.counter} now.`}
        </Alert>
      )}
      <Row>
        <Button type="submit" disabled={publish.isPending || form.subject.trim() === ''}>
          {publish.isPending ? 'Publishing' : 'Publish'}
        </Button>
        <Button type="button" variant="secondary" fill="outline" onClick={onClose}>
          Close
        </Button>
        {form.encoding === 'text' && (
          <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => publishCommand(bodyOf(form))}>
            nats command
          </ClipboardButton>
        )}
      </Row>
    </form>
  );
}

interface MoreProps {
  readonly form: PublishForm;
  readonly set: (changes: Partial<PublishForm>) => void;
  readonly fault: (...fields: string[]) => { invalid: boolean; error: string | undefined };
}

function MoreFields({ form, set, fault }: MoreProps) {
  return (
    <>
      <TextInput
        id="publish-id"
        label="Message id"
        description="A second message with it inside the duplicate window is not stored."
        fault={fault('messageId')}
        value={form.messageId}
        onChange={(messageId) => set({ messageId })}
      />
      <TextInput
        id="publish-last"
        label="Only if the last sequence of the stream is"
        description="0 for an empty stream."
        inputMode="numeric"
        fault={fault('expect.lastSequence')}
        value={form.lastSequence}
        onChange={(lastSequence) => set({ lastSequence })}
      />
      <TextInput
        id="publish-last-subject"
        label="Only if the last sequence of the subject is"
        description="0 where the subject has no message."
        inputMode="numeric"
        fault={fault('expect.lastSubjectSequence')}
        value={form.lastSubjectSequence}
        onChange={(lastSubjectSequence) => set({ lastSubjectSequence })}
      />
      <TextInput
        id="publish-ttl"
        label="Lives for"
        description="Seconds, or never (it then outlives the stream's age limit). Takes allow_msg_ttl."
        fault={fault('ttl')}
        value={form.ttl}
        onChange={(ttl) => set({ ttl })}
      />
      <TextInput
        id="publish-schedule"
        label="Publish later"
        description="Takes allow_msg_schedules; @every and cron take NATS 2.14."
        placeholder="@at 2030-01-01T00:00:00Z"
        fault={fault('schedule.pattern')}
        value={form.pattern}
        onChange={(pattern) => set({ pattern })}
      />
      <TextInput
        id="publish-target"
        label="To this subject then"
        description="Another subject of this stream."
        fault={fault('schedule', 'schedule.target')}
        value={form.target}
        onChange={(target) => set({ target })}
      />
      <TextInput
        id="publish-increment"
        label="Add to the counter"
        description="Such as +1, with an empty payload. Takes allow_msg_counter."
        fault={fault('increment')}
        value={form.increment}
        onChange={(increment) => set({ increment })}
      />
    </>
  );
}
