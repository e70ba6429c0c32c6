/** Keeps what was made for a key, at most `max` of them; where one more comes it starts anew. */
export function memo<T>(max: number) {
  const kept = new Map<string, T>();
  return (key: string, make: () => T): T => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= max) kept.clear();
    const made = make();
    kept.set(key, made);
    // A failure is met by whoever awaits it, and the next one tries again.
    if (made instanceof Promise)
      made.catch(() => {
        if (kept.get(key) === made) kept.delete(key);
      });
    return made;
  };
}

/** Keeps what was read for a key at a version, at most `max` keys; another version is read anew. */
export function versioned<T>(max: number) {
  const kept = new Map<string, { readonly version: string; readonly read: Promise<T> }>();
  return (key: string, version: string, read: () => Promise<T>): Promise<T> => {
    const known = kept.get(key);
    if (known?.version === version) return known.read;
    if (kept.size >= max) kept.clear();
    const entry = { version, read: read() };
    kept.set(key, entry);
    // As above; what a newer version has put in its place stays.
    entry.read.catch(() => {
      if (kept.get(key) === entry) kept.delete(key);
    });
    return entry.read;
  };
}

/** Keeps what was made of an object for as long as that object is there. */
export function perObject<K extends object, T>(make: (of: K) => T): (of: K) => T {
  const kept = new WeakMap<K, { readonly made: T }>();
  return (of) => {
    const known = kept.get(of);
    if (known) return known.made;
    const made = make(of);
    kept.set(of, { made });
    return made;
  };
}
