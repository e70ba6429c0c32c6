/** A node of the tree that `EXPLAIN AST` prints, one a line, a space of indentation a level. */
export interface Node {
  readonly kind: string;
  /** what follows the kind: a name, or a literal */
  readonly text: string;
  readonly alias: string | null;
  readonly children: readonly Node[];
}

interface Line {
  readonly depth: number;
  readonly kind: string;
  readonly text: string;
  readonly alias: string | null;
  readonly children: number;
}

const count = / \(children (\d+)\)$/;
const aliased = / \(alias ([^()\\]*)\)$/;

function readLine(line: string): Line | null {
  const depth = /^ */.exec(line)?.[0].length ?? 0;
  let rest = line.slice(depth);
  const kind = /^[A-Za-z:]+/.exec(rest)?.[0];
  if (kind === undefined) return null;
  // A literal is quoted and escaped by the engine, whatever stands in it; it has no children and no name of ours.
  const children = Number(count.exec(rest)?.[1] ?? 0);
  rest = rest.replace(count, '');
  const alias = aliased.exec(rest)?.[1] ?? null;
  return { depth, kind, text: rest.replace(aliased, '').slice(kind.length).trim(), alias, children };
}

/**
 * Reads the tree back, and holds it against what it says of itself: each node has as many children as it names. A name
 * with a line feed in it prints as lines of its own, and they are found out here.
 * @returns null where the text is no such tree
 */
export function readTree(lines: readonly string[]): Node | null {
  const parsed = lines.filter((line) => line !== '').map(readLine);
  let at = 0;
  const take = (depth: number): Node | null => {
    const line = parsed[at];
    if (!line || line.depth !== depth) return null;
    at++;
    const children: Node[] = [];
    for (let i = 0; i < line.children; i++) {
      const child = take(depth + 1);
      if (!child) return null;
      children.push(child);
    }
    return { kind: line.kind, text: line.text, alias: line.alias, children };
  };
  const root = take(0);
  return root !== null && at === parsed.length ? root : null;
}
