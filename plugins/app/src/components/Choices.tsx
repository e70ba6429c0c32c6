import { css } from '@emotion/css';
import { RadioButtonGroup } from '@grafana/ui';

/** All choices are seen at any width: on a narrow page they stand in several lines. */
const wrapping = css({ flexWrap: 'wrap', height: 'auto', maxWidth: '100%' });

interface Props<T> {
  readonly label: string;
  readonly options: readonly { readonly label: string; readonly value: T }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** One of a few, all of them in sight. */
export function Choices<T>({ label, options, value, onChange }: Props<T>) {
  return (
    <RadioButtonGroup<T>
      className={wrapping}
      aria-label={label}
      options={options.map((option) => ({ ...option }))}
      value={value}
      onChange={onChange}
    />
  );
}
