import { useEffect, useRef } from 'react';

/** Inputs that take no text: a key pressed on them is still meant for the page. */
const noText = new Set(['radio', 'checkbox', 'button', 'submit']);

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement
    ? !noText.has(target.type)
    : target instanceof HTMLElement && (/^(TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable);

/** Keys that act on the whole page, unless somebody is typing or a modifier says that the browser is meant. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || event.defaultPrevented) return;
      const act = latest.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
