export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed' | 'skipped';
  readonly text: string;
}

/** Above this many comparisons the middle is shown as replaced: nobody reads a diff of that size line by line. */
const maxCells = 1_000_000;
const context = 3;

/** Length of the longest common subsequence of each pair of ends, row by row. */
function lcsTable(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    const row = table[i] as Uint32Array;
    const below = table[i + 1] as Uint32Array;
    for (let j = b.length - 1; j >= 0; j--)
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
  }
  return table;
}

const all = (kind: DiffLine['kind'], lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind, text }));

function middle(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > maxCells) return [...all('removed', a), ...all('added', b)];
  const table = lcsTable(a, b);
  const out: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      out.push({ kind: 'same', text: a[i] ?? '' });
      i++;
      j++;
    } else if ((table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0)) out.push({ kind: 'removed', text: a[i++] ?? '' });
    else out.push({ kind: 'added', text: b[j++] ?? '' });
  }
  return [...out, ...all('removed', a.slice(i)), ...all('added', b.slice(j))];
}

/** Long runs of equal lines become one line that says how many there are. */
function fold(lines: readonly DiffLine[]): DiffLine[] {
  const near = lines.map((_, i) =>
    lines.slice(Math.max(0, i - context), i + context + 1).some(({ kind }) => kind !== 'same'),
  );
  const out: DiffLine[] = [];
  for (let i = 0; i < lines.length;) {
    if (near[i]) {
      out.push(lines[i] as DiffLine);
      i++;
      continue;
    }
    const start = i;
    while (i < lines.length && !near[i]) i++;
    out.push({ kind: 'skipped', text: `${i - start} equal ${i - start === 1 ? 'line' : 'lines'}` });
  }
  return out;
}

/** Line by line what changed from one text to the next; empty where they are equal. */
export function diffLines(before: string, after: string): DiffLine[] {
  if (before === after) return [];
  const a = before === '' ? [] : before.split('\n');
  const b = after === '' ? [] : after.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return fold([
    ...all('same', a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)),
    ...all('same', a.slice(a.length - tail)),
  ]);
}
