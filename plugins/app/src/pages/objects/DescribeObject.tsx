import { Alert, Field, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { useAct } from '../../api/hooks';
import { fieldFault } from '../../api/faults';
import { ActDialog } from '../../components/ActDialog';
import type { ActBase } from '../../components/ActsMenu';
import { TextInput } from '../../components/TextInput';
import { headerLines, headerRecord, headersOf } from '../../headerLines';
import type { OfObject } from './acts';

/** What is said of an object, apart from its content: saved on the revision that was seen, or not at all. */
export function DescribeObject({ clusterId, store, object, onDone, onClose }: OfObject & ActBase) {
  const save = useAct('describeObject');
  // What is typed stands on the object as it was opened, even where the page behind it is read anew.
  const [seen] = useState(object);
  const [description, setDescription] = useState(object.description ?? '');
  const [metadata, setMetadata] = useState(
    headerLines(Object.fromEntries(Object.entries(object.metadata).map(([key, value]) => [key, [value]]))),
  );
  const [headers, setHeaders] = useState(headerLines(object.headers));
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
              description,
              metadata: Object.fromEntries(headersOf(metadata).map(({ name, value }) => [name, value])),
              headers: headerRecord(headers),
            },
          },
          { onSuccess: () => onDone(`What is said of ${seen.name} is saved; its content is as it was.`) },
        )
      }
    >
      {object.revision !== seen.revision && (
        <Alert
          severity="warning"
          title="Somebody wrote this object meanwhile: close this, and look at what is there now"
        />
      )}
      <TextInput
        id="describe-description"
        label="Description"
        autoFocus
        value={description}
        fault={fieldFault(save.error, 'body.description')}
        onChange={setDescription}
      />
      <Field
        label="Metadata"
        description="One a line, name: value."
        htmlFor="describe-metadata"
        {...fieldFault(save.error, 'body.metadata')}
      >
        <TextArea
          id="describe-metadata"
          rows={4}
          value={metadata}
          onChange={(event) => setMetadata(event.currentTarget.value)}
        />
      </Field>
      <Field
        label="Headers"
        description="One a line, Name: value. Applications read them, such as Content-Type."
        htmlFor="describe-headers"
        {...fieldFault(save.error, 'body.headers')}
      >
        <TextArea
          id="describe-headers"
          rows={3}
          value={headers}
          onChange={(event) => setHeaders(event.currentTarget.value)}
        />
      </Field>
    </ActDialog>
  );
}
