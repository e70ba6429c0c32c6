/** Keeps results for a short time and asks once however many want the same; bounded in entries. */
export function shortCache<T>(ttlMs: number, maxEntries: number, now: () => number = Date.now) {
  const entries = new Map<string, { at: number; value: Promise<T> }>();
  return {
    /** @param maxAgeMs 0 asks anew, though never twice at once */
    get(key: string, load: () => Promise<T>, maxAgeMs = ttlMs): Promise<T> {
      const known = entries.get(key);
      if (known && now() - known.at < maxAgeMs) return known.value;
      const value = load();
      const entry = { at: now(), value };
      entries.delete(key);
      entries.set(key, entry);
      if (entries.size > maxEntries)
        for (const oldest of entries.keys()) {
          entries.delete(oldest);
          break;
        }
      value.then(
        () => {
          entry.at = now();
        },
        () => {
          if (entries.get(key) === entry) entries.delete(key);
        },
      );
      return value;
    },
  };
}
