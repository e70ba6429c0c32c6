import { Field, Input } from '@grafana/ui';

interface Props {
  readonly name: string;
  readonly typed: string;
  readonly onType: (typed: string) => void;
}

/** What cannot be undone asks for the name of what it destroys: nobody types that by habit. */
export function ConfirmName({ name, typed, onType }: Props) {
  return (
    <Field label={`Type ${name} to confirm`} htmlFor="confirm-name">
      <Input
        id="confirm-name"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => onType(event.currentTarget.value)}
      />
    </Field>
  );
}
