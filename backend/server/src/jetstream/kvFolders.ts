interface Key {
  readonly key: string;
  readonly revisions: number;
}

/**
 * Keys below a prefix as a person browses them: those that go on with a dot are put together into one folder, named by
 * its part up to that dot. `keys` is how many lie in it, null for a key itself. A key may be both (`eu` and `eu.timeout`).
 */
export function intoFolders(keys: readonly Key[], prefix: string): (Key & { readonly keys: number | null })[] {
  const folders = new Map<string, { key: string; revisions: number; keys: number }>();
  const own: (Key & { keys: null })[] = [];
  for (const { key, revisions } of keys) {
    const dot = key.indexOf('.', prefix.length);
    if (dot < 0) {
      own.push({ key, revisions, keys: null });
      continue;
    }
    const name = key.slice(0, dot + 1);
    const folder = folders.get(name) ?? { key: name, revisions: 0, keys: 0 };
    folder.revisions += revisions;
    folder.keys++;
    folders.set(name, folder);
  }
  return [...folders.values(), ...own];
}
