import { Icon, Input } from '@grafana/ui';
import { useEffect, useRef, useState } from 'react';

const waitMs = 250;

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** in Grafana's steps of 8 px; 0 takes the room there is */
  readonly width?: number;
  /** the cursor is here as soon as it is shown; the page's own key leaves it alone */
  readonly autoFocus?: boolean;
}

/** A search that runs when typing pauses, or at once with Enter; `f` brings the cursor here. */
export function SearchBox({ label, placeholder, value, onChange, width = 32, autoFocus = false }: Props) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // The URL changed by another way (back, a link): the box follows.
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  const say = (text: string) => {
    clearTimeout(timer.current);
    if (text === value) return;
    setKnown(text);
    onChange(text);
  };
  return (
    <Input
      data-search={autoFocus ? undefined : true}
      autoFocus={autoFocus}
      width={width === 0 ? undefined : width}
      prefix={<Icon name="search" />}
      placeholder={placeholder}
      aria-label={label}
      value={typed}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => say(text), waitMs);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') say(event.currentTarget.value);
        if (event.key === 'Escape' && typed !== '') {
          setTyped('');
          say('');
        }
      }}
    />
  );
}
