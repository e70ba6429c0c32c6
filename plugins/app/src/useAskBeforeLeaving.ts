import { locationService } from '@grafana/runtime';
import { useCallback, useEffect, useRef } from 'react';

/** Leaving Grafana asks first while something is unsaved. */
export function useUnsaved(unsaved: boolean): void {
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [unsaved]);
}

interface Place {
  readonly pathname: string;
  readonly search: string;
}

/** What is shown, apart from the time range of its charts. */
function viewOf({ pathname, search }: Place): string {
  const params = new URLSearchParams(search);
  params.delete('from');
  params.delete('to');
  return `${pathname}?${params.toString()}`;
}

const question = 'What you have written is not saved, and leaving loses it. Leave?';

/**
 * The same for every way to another page or view: links, the browser's buttons, the search. Grafana's router knows no
 * blocker; the history that feeds it does.
 * @returns goes on without asking: what was written is saved, or not wanted any more
 */
export function useAskBeforeLeaving(unsaved: boolean): (go: () => void) => void {
  const released = useRef(false);
  useUnsaved(unsaved);
  useEffect(() => {
    if (!unsaved) return;
    const here = viewOf(locationService.getLocation());
    return locationService
      .getHistory()
      .block((to: Place) => (released.current || viewOf(to) === here ? undefined : question));
  }, [unsaved]);
  return useCallback((go) => {
    released.current = true;
    try {
      go();
    } finally {
      released.current = false;
    }
  }, []);
}
