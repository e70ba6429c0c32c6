import { invalid } from '../../platform/errors';
import { isAllowedFunction } from './functions';
import { isAllowedTable } from './tables';
import { readTree, type Node } from './tree';

const refuse = (say: string) => invalid('sql', say);

/** Parts of a SELECT that read nothing by themselves. Whatever is not named here is refused. */
const harmless: ReadonlySet<string> = new Set([
  'SelectWithUnionQuery',
  'SelectIntersectExceptQuery',
  'SelectQuery',
  'ExpressionList',
  'WithElement',
  'Subquery',
  'Asterisk',
  'QualifiedAsterisk',
  'Identifier',
  'Literal',
  'Function',
  'TablesInSelectQuery',
  'TablesInSelectQueryElement',
  'TableExpression',
  'TableIdentifier',
  'TableJoin',
  'ArrayJoin',
  'OrderByElement',
  'InterpolateElement',
  'WindowListElement',
  'WindowDefinition',
]);

const saidInstead: Readonly<Record<string, string>> = {
  Set: 'SETTINGS are not possible here: the console sets its own bounds.',
  Explain: 'EXPLAIN is not possible here: send the SELECT itself.',
  ColumnsTransformerList: 'APPLY, EXCEPT and REPLACE behind * are not possible here: name the columns.',
  ColumnsRegexpMatcher: 'COLUMNS(…) is not possible here: name the columns.',
  SampleRatio: 'SAMPLE is not possible here: these tables have no sampling key.',
  QueryParameter: 'Parameters in braces are not possible here: write the value.',
};

const name = /^[A-Za-z_][A-Za-z0-9_]*$/;
const membership = /^(?:global)?(?:not)?(?:null)?in(?:ignoreset)?$/i;

function checkTable({ text, alias }: Node): void {
  if (!name.test(text)) throw refuse('Tables are named without a database and without quotes, such as stream_metrics.');
  // A filter is found by table name or alias: an alias that is another table's name would choose the wrong one.
  if (alias !== null && isAllowedTable(alias)) throw refuse(`${alias} is a table's name: choose another alias.`);
}

function checkFunction({ text, children }: Node, parent: Node | null): void {
  if (parent?.kind === 'TableExpression')
    throw refuse(`${text}() is a table function. Only the console's own tables can be read.`);
  if (!isAllowedFunction(text)) throw refuse(`The function ${text} is not on the list of allowed ones.`);
  const [args] = children;
  const right = args?.children[1];
  if (membership.test(text) && (right?.kind === 'Identifier' || right?.kind === 'TableIdentifier'))
    throw refuse(`Write "IN (SELECT …)" instead of "IN ${right.text}".`);
}

function checkNode(node: Node, parent: Node | null, tables: Set<string>): void {
  if (!harmless.has(node.kind))
    throw refuse(saidInstead[node.kind] ?? 'Only SELECT is possible here, over the tables and functions of the docs.');
  switch (node.kind) {
    case 'SelectWithUnionQuery':
      // FORMAT, INTO OUTFILE and SETTINGS behind a whole query stand beside its list of SELECTs.
      if (node.children.length !== 1 || node.children[0]?.kind !== 'ExpressionList')
        throw refuse('FORMAT, INTO OUTFILE and SETTINGS are not possible here.');
      break;
    case 'TableIdentifier':
      checkTable(node);
      tables.add(node.text);
      break;
    case 'Function':
      checkFunction(node, parent);
      break;
    case 'Asterisk':
    case 'Literal':
      if (node.children.length > 0)
        throw refuse(saidInstead['ColumnsTransformerList'] ?? 'Name the columns instead of *.');
      break;
  }
  for (const child of node.children) checkNode(child, node, tables);
}

/**
 * Holds a statement to a list of what it may be made of, by the tree that the engine's own parser made of it.
 * @param lines of EXPLAIN AST over exactly the text that is run afterwards
 * @returns the tables it names, allowed ones and names of its own WITH clauses
 * @throws ApiError 400 that says what is not possible
 */
export function checkTree(lines: readonly string[]): ReadonlySet<string> {
  const root = readTree(lines);
  if (root === null)
    throw refuse('Names in quotes may hold letters, digits, spaces and _ only, no brackets and no line breaks.');
  if (root.kind !== 'SelectWithUnionQuery') throw refuse('Only SELECT is possible here.');
  const tables = new Set<string>();
  checkNode(root, null, tables);
  return tables;
}

/**
 * What is told from the text alone. PREWHERE runs before the filter that walls tenants off, and the tree does not tell
 * it from WHERE: the word is refused wherever it stands.
 */
export function checkText(sql: string): void {
  if (/prewhere/i.test(sql)) throw refuse('PREWHERE is not possible here, not even as a part of a text: write WHERE.');
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(sql)) throw refuse('It holds control characters.');
}
