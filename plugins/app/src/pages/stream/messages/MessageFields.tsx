import { Field, TextArea } from '@grafana/ui';
import { Choices } from '../../../components/Choices';
import { encodings, type PublishForm } from './publishForm';

interface Props {
  /** where their own ids begin */
  readonly id: string;
  readonly rows: number;
  readonly form: Pick<PublishForm, 'payload' | 'encoding' | 'headers'>;
  readonly set: (changes: Partial<PublishForm>) => void;
  readonly fault: (field: string) => { invalid: boolean; error: string | undefined };
}

/** What is in a message that somebody writes. */
export function MessageFields({ id, rows, form, set, fault }: Props) {
  return (
    <>
      <Field label="Payload" {...fault('payload')}>
        <TextArea
          id={`${id}-payload`}
          rows={rows}
          spellCheck={false}
          value={form.payload}
          onChange={(event) => set({ payload: event.currentTarget.value })}
        />
      </Field>
      <Field label="The payload is written as">
        <Choices
          label="The payload is written as"
          options={encodings}
          value={form.encoding}
          onChange={(encoding) => set({ encoding })}
        />
      </Field>
      <Field label="Headers" description="One a line, Name: value." {...fault('headers')}>
        <TextArea
          id={`${id}-headers`}
          rows={3}
          spellCheck={false}
          value={form.headers}
          onChange={(event) => set({ headers: event.currentTarget.value })}
        />
      </Field>
    </>
  );
}
