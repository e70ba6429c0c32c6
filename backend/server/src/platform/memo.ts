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
