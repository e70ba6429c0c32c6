import { Input, TextArea } from '@grafana/ui';
import { sameSetting } from '@jetstream-console/contract';
import { useState } from 'react';
import { formatText, parseText, type TextEditor } from './codecs';

interface Props {
  readonly id: string;
  readonly field: string;
  readonly editor: TextEditor;
  readonly value: unknown;
  readonly disabled: boolean;
  readonly invalid: boolean;
  readonly onChange: (value: unknown) => void;
}

const isLong = ({ kind }: TextEditor) => kind === 'lines' || kind === 'list' || kind === 'spans' || kind === 'pairs';
const rowsFor = (text: string) => Math.min(12, Math.max(2, text.split('\n').length));

/**
 * A box of text for a value. What was typed stays as it was typed while it means the value that is set, and gives way
 * when that is changed from elsewhere: by the JSON beside it, by undoing, by another version.
 */
export function TextField({ id, field, editor, value, disabled, invalid, onChange }: Props) {
  const [typed, setTyped] = useState<{ text: string; value: unknown } | null>(null);
  const text =
    typed !== null && sameSetting(field, typed.value, value) ? typed.text : (formatText(editor, field, value) ?? '');
  const type = (next: string) => {
    const parsed = parseText(editor, next);
    const meant = 'value' in parsed ? parsed.value : next;
    setTyped({ text: next, value: meant });
    onChange(meant);
  };
  const shared = { id, disabled, invalid, spellCheck: false, placeholder: editor.none, value: text };
  return isLong(editor) ? (
    <TextArea {...shared} rows={rowsFor(text)} onChange={(event) => type(event.currentTarget.value)} />
  ) : (
    <Input {...shared} autoComplete="off" onChange={(event) => type(event.currentTarget.value)} />
  );
}
