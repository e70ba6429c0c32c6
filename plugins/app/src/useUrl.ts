import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';

/** View state that a person may send to a colleague lives in the URL. Empty values leave it. */
export function useUrl() {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (changes: Record<string, string | null | undefined>, replace = true) => {
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [key, value] of Object.entries(changes)) {
            if (value === null || value === undefined || value === '') next.delete(key);
            else next.set(key, value);
          }
          return next;
        },
        { replace },
      );
    },
    [setParams],
  );
  return { get: (key: string) => params.get(key) ?? undefined, set };
}
