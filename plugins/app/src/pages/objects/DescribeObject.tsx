import { Alert, Field, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { useAct } from '../../api/hooks';
import { fieldFault } from '../../api/faults';
import { ActDialog } from '../../components/ActDialog';
import type { ActBase } from '../../components/ActsMenu';
import { TextInput } from '../../components/TextInput';
import { duration } from '../../format';
import { headerLines, headerRecord, headersOf } from '../../headerLines';
import { useAskBeforeLeaving } from '../../useAskBeforeLeaving';
import type { OfObject } from './acts';

/** What is said of an object, apart from its content: saved on the revision that was seen, or not at all. */
export function DescribeObject({ clusterId, store, ttlSeconds, object, onDone, onClose }: OfObject & ActBase) {
  const save = useAct('describeObject');
  // What is typed stands on the object as it was opened, even where the page behind it is read anew.
  const [seen] = useState(object);
  const [description, setDescription] = useState(object.description ?? '');
  const metadata = useLines(Object.fromEntries(Object.entries(object.metadata).map(([key, value]) => [key, [value]])));
  const headers = useLines(object.headers);
  const described = description !== (seen.description ?? '');
  const leave = useAskBeforeLeaving(described || metadata.changed || headers.changed);
  return (
    <ActDialog
      title={`Describe ${seen.name}`}
      text="Save"
      busyText="Saving"
      act={save}
      onClose={onClose}
      onAct={() =>
        save.mutate(
          {
            params: { clusterId, store },
            body: {
              name: seen.name,
              basedOn: seen.revision,
              ...(described && { description }),
              ...(metadata.changed && {
                metadata: Object.fromEntries(headersOf(metadata.text).map(({ name, value }) => [name, value])),
              }),
              ...(headers.changed && { headers: headerRecord(headers.text) }),
            },
          },
          { onSuccess: () => leave(() => onDone(`What is said of ${seen.name} is saved; its content is as it was.`)) },
        )
      }
    >
      {object.revision !== seen.revision && (
        <Alert
          severity="warning"
          title="Somebody wrote this object meanwhile: close this, and look at what is there now"
        />
      )}
      {ttlSeconds > 0 && seen.link === null && <Outliving seconds={ttlSeconds} />}
      <TextInput
        id="describe-description"
        label="Description"
        autoFocus
        value={description}
        fault={fieldFault(save.error, 'body.description')}
        onChange={setDescription}
      />
      <Lines id="describe-metadata" label="Metadata" of={metadata} fault={fieldFault(save.error, 'body.metadata')} />
      <Lines
        id="describe-headers"
        label="Headers"
        about=" Applications read them, such as Content-Type."
        of={headers}
        fault={fieldFault(save.error, 'body.headers')}
      />
    </ActDialog>
  );
}

/** A description is a message of its own, and saved anew it is younger than the chunks that it describes. */
function Outliving({ seconds }: { seconds: number }) {
  return (
    <Alert severity="info" title={`What lies in this store expires ${duration(seconds)} after it was written`}>
      What you save here is written now and lasts that long. The content keeps its own time and goes earlier: from then
      on the object is still listed and cannot be downloaded any more. Upload it again where its content has to last as
      long.
    </Alert>
  );
}

type Values = Readonly<Record<string, readonly string[]>>;
const sameValues = (a: Values, b: Values) =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

/** Values as lines, where lines can hold them: what would be another thing on its way back is not edited here. */
function useLines(values: Values) {
  const [from] = useState(() => headerLines(values));
  const [exact] = useState(() => sameValues(headerRecord(from), values));
  const [text, setText] = useState(from);
  return { text, setText, exact, changed: exact && text !== from };
}

interface LinesProps {
  readonly id: string;
  readonly label: string;
  readonly about?: string;
  readonly of: ReturnType<typeof useLines>;
  readonly fault: ReturnType<typeof fieldFault>;
}

function Lines({ id, label, about = '', of, fault }: LinesProps) {
  return (
    <Field
      label={label}
      description={
        of.exact ? `One a line, name: value.${about}` : 'Some of it does not fit into lines, so that it stays as it is.'
      }
      htmlFor={id}
      {...fault}
    >
      <TextArea
        id={id}
        rows={3}
        readOnly={!of.exact}
        value={of.text}
        onChange={(event) => of.setText(event.currentTarget.value)}
      />
    </Field>
  );
}
