import { useEffect, useRef } from 'react';

const rowOf = (key: string) => document.querySelector<HTMLElement>(`tr[data-key="${CSS.escape(key)}"]`);

/** Keeps the opened row of a table in sight, and gives it the focus back when what it opened is closed. */
export function useRowFocus(opened: string | null): void {
  const last = useRef<string | null>(null);
  useEffect(() => {
    if (opened !== null) rowOf(opened)?.scrollIntoView({ block: 'nearest' });
    else if (last.current !== null) rowOf(last.current)?.focus();
    last.current = opened;
  }, [opened]);
}
