import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';

export interface Sorting<S extends string = string> {
  readonly sort: S;
  readonly order: 'asc' | 'desc';
}

/** How a list is sorted: as the URL says where it says something the server knows, else as given. */
export function sortingFrom<S extends string>(
  url: { get(key: string): string | undefined },
  sorts: readonly S[],
  fallback: Sorting<S>,
): Sorting<S> {
  const sort = sorts.find((known) => known === url.get('sort'));
  const order = url.get('order');
  return {
    sort: sort ?? fallback.sort,
    order: order === 'asc' || order === 'desc' ? order : sort === undefined ? fallback.order : 'asc',
  };
}

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
