import { describe, expect, it } from 'vitest';
import { checkText, checkTree } from './guard';
import { isAllowedFunction } from './functions';
import { readTree } from './tree';
import { sqlTables, tableConditions } from './tables';

/** As EXPLAIN AST prints it: `body` stands where a SELECT's columns do, `from` where its table does. */
const tree = (body: string[], from = ['TableIdentifier stream_metrics']): string[] => [
  'SelectWithUnionQuery (children 1)',
  ' ExpressionList (children 1)',
  '  SelectQuery (children 2)',
  `   ExpressionList (children ${body.filter((line) => !line.startsWith(' ')).length})`,
  ...body.map((line) => `    ${line}`),
  '   TablesInSelectQuery (children 1)',
  '    TablesInSelectQueryElement (children 1)',
  `     TableExpression (children ${from.filter((line) => !line.startsWith(' ')).length})`,
  ...from.map((line) => `      ${line}`),
  '',
];

describe('the tree', () => {
  it('is read back with its names, aliases and children', () => {
    expect(
      readTree(['Function sum (alias a b) (children 1)', ' ExpressionList (children 1)', '  Identifier x']),
    ).toEqual({
      kind: 'Function',
      text: 'sum',
      alias: 'a b',
      children: [
        {
          kind: 'ExpressionList',
          text: '',
          alias: null,
          children: [{ kind: 'Identifier', text: 'x', alias: null, children: [] }],
        },
      ],
    });
  });

  it('takes a literal as it is, whatever stands in it', () => {
    expect(readTree(["Literal 'x (children 2)'"])).toMatchObject({ kind: 'Literal', children: [] });
  });

  it.each([
    ['a child too few', ['ExpressionList (children 2)', ' Identifier a']],
    ['a child too many', ['ExpressionList (children 1)', ' Identifier a', ' Identifier b']],
    ['a level left out', ['ExpressionList (children 1)', '  Identifier a']],
    ['a line that is no node', ['ExpressionList (children 1)', ' `']],
    ['nothing', []],
  ])('is none with %s', (_, lines) => expect(readTree(lines)).toBeNull());
});

describe('the guard', () => {
  it('passes a plain SELECT and names its tables', () => {
    expect([
      ...checkTree(
        tree([
          'Identifier stream',
          'Function max (alias m) (children 1)',
          ' ExpressionList (children 1)',
          '  Identifier bytes_total',
        ]),
      ),
    ]).toEqual(['stream_metrics']);
  });

  it.each([
    [
      'a root that is no SELECT',
      ['DropQuery  stream_metrics (children 1)', ' Identifier stream_metrics'],
      /Only SELECT/,
    ],
    ['a node that is not known', tree(['SomethingNew']), /Only SELECT/],
    ['a Set', tree(['Identifier a', 'Set']), /SETTINGS/],
    ['a function that is not allowed', tree(['Function sleep (children 1)', ' ExpressionList']), /function sleep/],
    ['a table function', tree(['Asterisk'], ['Function merge (children 1)', ' ExpressionList']), /table function/],
    [
      'an allowed function where a table stands',
      tree(['Asterisk'], ['Function max (children 1)', ' ExpressionList']),
      /table function/,
    ],
    ['a table with a database', tree(['Asterisk'], ['TableIdentifier system.parts']), /without a database/],
    ['a table with a strange name', tree(['Asterisk'], ['TableIdentifier stream metrics']), /without a database/],
    [
      'an alias that is a table',
      tree(['Asterisk'], ['TableIdentifier stream_metrics (alias audit_logs)']),
      /another alias/,
    ],
    ['something behind *', tree(['Asterisk (children 1)', ' Identifier a']), /name the columns/],
    [
      'IN with a table',
      tree(['Function in (children 1)', ' ExpressionList (children 2)', '  Literal UInt64_1', '  Identifier secrets']),
      /IN \(SELECT/,
    ],
    [
      'NOT IN with a table',
      tree([
        'Function globalNotIn (children 1)',
        ' ExpressionList (children 2)',
        '  Literal UInt64_1',
        '  TableIdentifier secrets',
      ]),
      /not on the list|IN \(SELECT/,
    ],
    ['FORMAT behind all', ['SelectWithUnionQuery (children 2)', ' ExpressionList', ' Identifier CSV'], /FORMAT/],
    ['what is no tree', ['gibberish (children 3)'], /quotes/],
  ])('refuses %s', (_, lines, message) => expect(() => checkTree(lines)).toThrow(message));

  it.each(['SELECT 1 PREWHERE 1', "SELECT 'prewhere'", 'select PreWhere', 'SELECT \u0001'])(
    'refuses the text %j',
    (text) => expect(() => checkText(text)).toThrow(),
  );
});

describe('functions', () => {
  it.each([
    'sum',
    'SUM',
    'sumIf',
    'countDistinctIf',
    'avgMerge',
    'quantilesTDigestMergeState',
    'toStartOfInterval',
    'multiIf',
    'row_number',
  ])('%s is allowed', (name) => expect(isAllowedFunction(name)).toBe(true));
  it.each([
    'file',
    'url',
    'dictGet',
    'joinGet',
    'getSetting',
    'sleep',
    'sleepEachRow',
    'throwIf',
    'sumSleep',
    'hostName',
    'arrayReduce',
    'runningAccumulate',
    'executable',
    'getMacro',
    'zookeeper',
    'initialQueryID',
    'generateRandomStructure',
    'version',
    '',
  ])('%s is not', (name) => expect(isAllowedFunction(name)).toBe(false));
});

describe('the filters', () => {
  const org = '00000000-0000-4000-8000-000000000001';
  it('cover every table there is', () => {
    const record = tableConditions(org, true);
    expect(Object.keys(record).sort()).toEqual(sqlTables.map(({ name }) => name).sort());
    expect(new Set(Object.values(record))).toEqual(new Set([`org_id = toUUID(\\'${org}\\')`]));
  });
  it('keep other accounts back, where rows tell them apart', () => {
    const record = tableConditions(org, false);
    expect(record['stream_metrics']).toMatch(/ AND own$/);
    expect(record['server_metrics']).not.toMatch(/own/);
  });
  it('take nothing for an organization that is none', () => expect(() => tableConditions("x' OR 1", true)).toThrow());
  it('know what each table needs', () => {
    for (const { needs } of sqlTables) expect(needs.length).toBeGreaterThan(0);
  });
});
