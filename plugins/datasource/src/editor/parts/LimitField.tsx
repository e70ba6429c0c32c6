import { CommitInput, wholeNumber } from './CommitInput';

interface Props {
  label: string;
  tooltip?: string;
  value: number | undefined;
  /** what counts where nothing is set */
  usual: number;
  most: number;
  onChange: (limit: number | undefined) => void;
}

/** How much of it at the most. */
export const LimitField = ({ label, tooltip, value, usual, most, onChange }: Props) => (
  <CommitInput
    label={label}
    tooltip={tooltip}
    type="number"
    width={10}
    value={String(value ?? usual)}
    check={wholeNumber(1, most)}
    onCommit={(text) => onChange(text.trim() === '' ? undefined : Number(text))}
  />
);
