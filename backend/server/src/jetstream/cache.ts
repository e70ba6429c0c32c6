interface Entry<T> {
  at: number;
  value: Promise<T>;
  settled: boolean;
}

/** Keeps results for a short time and asks once however many want the same; bounded in entries. */
export function shortCache<T>(ttlMs: number, maxEntries: number, now: () => number = Date.now) {
  const entries = new Map<string, Entry<T>>();
  const renew = (key: string, load: () => Promise<T>): Promise<T> => {
    const entry: Entry<T> = { at: now(), value: load(), settled: false };
    entries.delete(key);
    entries.set(key, entry);
    if (entries.size > maxEntries)
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        break;
      }
    entry.value.then(
      () => {
        entry.at = now();
        entry.settled = true;
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    return entry.value;
  };
  return {
    /** @param maxAgeMs 0 asks anew, though never twice at once: who comes while it is asked gets that answer */
    get(key: string, load: () => Promise<T>, maxAgeMs = ttlMs): Promise<T> {
      const known = entries.get(key);
      return known && (!known.settled || now() - known.at < maxAgeMs) ? known.value : renew(key, load);
    },
    /** Asks now, whatever is under way: for whoever must not miss what came in a moment ago. */
    renew,
  };
}
