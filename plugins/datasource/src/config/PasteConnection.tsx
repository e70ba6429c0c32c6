import { Field, TextArea } from '@grafana/ui';
import { useId, useState } from 'react';
import { reasonOf } from '../live/live';
import { withConnection, type Settings } from './connection';

interface Props {
  options: Settings;
  onOptionsChange: (options: Settings) => void;
}

/** Takes a connection string apart as soon as it is whole, and forgets it: it holds secrets. */
export function PasteConnection({ options, onOptionsChange }: Props) {
  const id = useId();
  const [text, setText] = useState('');
  const [outcome, setOutcome] = useState<{ done: boolean; says: string } | null>(null);
  const take = (given: string) => {
    setText(given);
    if (given.trim() === '') {
      setOutcome(null);
      return;
    }
    try {
      onOptionsChange(withConnection(options, given));
      setText('');
      setOutcome({ done: true, says: 'Taken apart into the fields below. Press “Save & test”.' });
    } catch (error) {
      setOutcome({ done: false, says: reasonOf(error) });
    }
  };
  const fault = outcome !== null && !outcome.done ? outcome.says : undefined;
  return (
    <Field
      label="Connection string"
      htmlFor={id}
      description={outcome?.done ? outcome.says : 'Starts with jsc1. and is shown once, when the connection is made.'}
      invalid={fault !== undefined}
      error={fault}
    >
      <TextArea
        id={id}
        rows={3}
        cols={60}
        value={text}
        spellCheck={false}
        autoComplete="off"
        placeholder="jsc1.…"
        onChange={(event) => take(event.currentTarget.value)}
      />
    </Field>
  );
}
