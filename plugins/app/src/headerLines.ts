/** Headers as people write them: one a line, `Name: value`. */
export function headersOf(text: string): { name: string; value: string }[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const at = line.indexOf(':');
      return at < 0
        ? { name: line.trim(), value: '' }
        : { name: line.slice(0, at).trim(), value: line.slice(at + 1).trim() };
    });
}

export const headerLines = (headers: Readonly<Record<string, readonly string[]>>): string =>
  Object.entries(headers)
    .flatMap(([name, values]) => values.map((value) => `${name}: ${value}`))
    .join('\n');

/** The same by name, each with the values that were written for it. */
export function headerRecord(text: string): Record<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const { name, value } of headersOf(text)) byName.set(name, [...(byName.get(name) ?? []), value]);
  return Object.fromEntries(byName);
}
