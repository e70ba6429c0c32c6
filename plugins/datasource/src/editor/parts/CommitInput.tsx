import { InlineField, Input } from '@grafana/ui';
import { useEffect, useId, useState } from 'react';

interface Props {
  label: string;
  tooltip?: string;
  placeholder?: string;
  value: string;
  width?: number;
  type?: 'text' | 'number';
  disabled?: boolean;
  /** why a text cannot be taken; null where it can */
  check?: (text: string) => string | null;
  onCommit: (text: string) => void;
}

/** A line of text that counts when it is left or Enter is pressed: not with every letter. */
export function CommitInput({ label, tooltip, value, width = 24, check, onCommit, ...input }: Props) {
  const id = useId();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const fault = check?.(text) ?? null;
  const commit = () => {
    if (text !== value && fault === null) onCommit(text);
  };
  return (
    <InlineField label={label} labelWidth="auto" tooltip={tooltip} htmlFor={id} invalid={fault !== null} error={fault}>
      <Input
        {...input}
        id={id}
        width={width}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
      />
    </InlineField>
  );
}

/** Checks a whole number; an empty text says that nothing is set. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): string | null => {
    if (text.trim() === '') return null;
    const value = Number(text);
    return Number.isInteger(value) && value >= min && value <= max ? null : `A whole number from ${min} to ${max}.`;
  };
export const numberOrNull = (text: string): number | null => (text.trim() === '' ? null : Number(text));
