import type { ClickHouseClient } from '@clickhouse/client';
import { routes } from '@jetstream-console/contract';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { makeOrganization, makePerson } from '../setup/people';
import { askOne } from './ask';
import { head, inAccount, insertSamples } from './samples';

const hour = 3_600_000;
const toMs = Math.floor(Date.now() / hour) * hour;
const range = { fromMs: toMs - hour, toMs, intervalMs: 60_000 };

let api: TestApi;
let clickhouse: ClickHouseClient;
let foreign: { id: string; cluster: string; token: string };
let cluster: string;
/** A stream's name that only the other organization has: it must never be seen. */
const secret = `SECRET_${randomBytes(6).toString('hex')}`;

const sql = (text: string, more: Record<string, unknown> = {}, who = api.admin) =>
  askOne(api, who, range, { kind: 'sql', sql: text, ...more });

beforeAll(async () => {
  await makeTables();
  clickhouse = openClickHouse();
  api = await startTestApi();
  cluster = await addCluster(api, ['nats://127.0.0.1:1'], { name: 'prod' });
  const other = await makeOrganization(api);
  foreign = {
    id: other.id,
    token: other.admin.token,
    cluster: await addCluster(api, ['nats://127.0.0.1:1'], { name: 'prod' }, other.admin.token),
  };
  const rows = (org: string, of: string, stream: string, account = inAccount) =>
    Array.from({ length: 60 }, (_, i) => ({
      ...head({ org, cluster: of }, range.fromMs + i * 60_000),
      ...account,
      stream,
      bytes_total: 1000 + i,
      messages_total: i,
      published: 6,
      elapsed_ms: 60_000,
    }));
  await insertSamples(clickhouse, 'stream_metrics', [
    ...rows(api.organizationId, cluster, '1'),
    ...rows(api.organizationId, cluster, '2', { account: 'OTHER', domain: '', own: false } as never),
    // Far outside the usual values and times: what a bound beside the rows would give away.
    ...rows(foreign.id, foreign.cluster, secret).map((row) => ({ ...row, bytes_total: 999_999_999 })),
    { ...rows(foreign.id, foreign.cluster, secret)[0], time: new Date(toMs - 400 * 24 * hour) },
  ]);
});
afterAll(async () => {
  await clickhouse?.close();
  await api?.stop();
});

describe('what is possible', () => {
  it('is a SELECT over the tables, as a table', async () => {
    const { frames, error } = await sql(
      'SELECT stream, max(bytes_total) AS bytes, max(time) AS newest, count() > 1 AS many FROM stream_metrics WHERE own GROUP BY stream -- a comment',
    );
    expect(error).toBeUndefined();
    expect(frames[0]?.fields.map(({ name, type, values }) => [name, type, values])).toEqual([
      ['stream', 'string', ['1']],
      ['bytes', 'number', [1059]],
      ['newest', 'time', [range.fromMs + 59 * 60_000]],
      ['many', 'number', [1]],
    ]);
  });

  it('fills Grafana’s macros in', async () => {
    const { frames, error } = await sql(
      `SELECT $__timeInterval(time) AS t, stream, sum(published) * 1000 / sum(elapsed_ms) AS rate, '$__timeFilter(x)' AS text
       FROM stream_metrics WHERE $__timeFilter(time) AND time >= $__timeFrom AND time < $__timeTo AND $__interval_s = 60 AND own
       GROUP BY t, stream ORDER BY t`,
      { format: 'series' },
    );
    expect(error).toBeUndefined();
    expect(frames).toHaveLength(1);
    expect(frames[0]?.fields[0]?.values).toHaveLength(60);
    expect(frames[0]?.fields[1]).toMatchObject({ name: 'rate', labels: { stream: '1', text: '$__timeFilter(x)' } });
    expect(new Set(frames[0]?.fields[1]?.values)).toEqual(new Set([0.1]));
  });

  it('is log lines', async () => {
    const { frames } = await sql(
      "SELECT time, concat('at ', toString(messages_total)) AS body, stream FROM stream_metrics WHERE own ORDER BY time DESC LIMIT 2",
      { format: 'logs' },
    );
    expect(frames[0]?.fields.map(({ name, values }) => [name, values])).toEqual([
      ['timestamp', [range.fromMs + 59 * 60_000, range.fromMs + 58 * 60_000]],
      ['body', ['at 59', 'at 58']],
      ['labels', [{ stream: '1' }, { stream: '1' }]],
    ]);
  });

  it.each([
    ['a WITH', 'WITH s AS (SELECT stream FROM stream_metrics) SELECT count() AS n FROM s', 120],
    [
      'a subquery and a join',
      'SELECT count() AS n FROM (SELECT * FROM stream_metrics) a JOIN stream_metrics b ON a.stream = b.stream AND a.time = b.time',
      120,
    ],
    [
      'a window',
      'SELECT max(r) AS n FROM (SELECT row_number() OVER (PARTITION BY stream ORDER BY time) AS r FROM stream_metrics)',
      60,
    ],
    [
      'IN with a SELECT',
      'SELECT count() AS n FROM stream_metrics WHERE stream IN (SELECT stream FROM stream_metrics WHERE own)',
      60,
    ],
    ['hourly sums', 'SELECT toUInt64(avgMerge(bytes_total_avg) > 0) AS n FROM stream_metrics_hourly', 1],
    ['aggregates with combinators', "SELECT countIf(stream = '1') AS n FROM stream_metrics", 60],
    ['a trailing semicolon', 'SELECT count() AS n FROM stream_metrics;', 120],
    [
      'UNION',
      'SELECT sum(n) AS n FROM (SELECT count() AS n FROM stream_metrics UNION ALL SELECT count() FROM stream_metrics)',
      240,
    ],
  ])('%s', async (_, text, n) => {
    const { frames, error } = await sql(text);
    expect(error).toBeUndefined();
    expect(frames[0]?.fields.at(-1)?.values).toEqual([n]);
  });
});

describe('the wall between organizations', () => {
  const foreignRows = () =>
    sql(`SELECT count() AS n FROM stream_metrics WHERE org_id != toUUID('${api.organizationId}')`);

  it('is there: the rows are, and nobody else sees them', async () => {
    expect((await foreignRows()).frames[0]?.fields[0]?.values).toEqual([0]);
    const theirs = await sql('SELECT DISTINCT stream FROM stream_metrics', {}, foreign.token);
    expect(theirs.frames[0]?.fields[0]?.values).toEqual([secret]);
    expect(
      (await sql('SELECT DISTINCT stream FROM stream_metrics', {}, foreign.token)).frames[0]?.fields[0]?.values,
    ).toEqual([secret]);
  });

  it.each([
    ['the base table', 'SELECT DISTINCT stream AS s FROM stream_metrics'],
    ['an alias', 'SELECT DISTINCT x.stream AS s FROM stream_metrics AS x'],
    [
      'an alias and a join',
      'SELECT DISTINCT b.stream AS s FROM stream_metrics a RIGHT JOIN stream_metrics b ON a.stream = b.stream',
    ],
    ['a cross join', 'SELECT DISTINCT b.stream AS s FROM (SELECT 1) a, stream_metrics b'],
    ['a CTE', 'WITH c AS (SELECT * FROM stream_metrics) SELECT DISTINCT stream AS s FROM c'],
    [
      'a CTE with the name of a table',
      'WITH events AS (SELECT stream FROM stream_metrics) SELECT DISTINCT stream AS s FROM events',
    ],
    ['a scalar subquery', 'SELECT (SELECT groupUniqArray(stream) FROM stream_metrics) AS s'],
    ['EXISTS', `SELECT toString(exists(SELECT 1 FROM stream_metrics WHERE stream LIKE 'SECRET%')) AS s`],
    ['UNION', 'SELECT stream AS s FROM stream_metrics UNION DISTINCT SELECT stream FROM stream_metrics'],
    ['INTERSECT', 'SELECT stream AS s FROM stream_metrics INTERSECT SELECT stream FROM stream_metrics'],
    [
      'a condition that is always true',
      "SELECT DISTINCT stream AS s FROM stream_metrics WHERE 1 OR org_id != toUUID('00000000-0000-0000-0000-000000000000')",
    ],
    ['hourly sums', 'SELECT DISTINCT stream AS s FROM stream_metrics_hourly'],
    ['daily sums', 'SELECT DISTINCT stream AS s FROM stream_metrics_daily'],
    [
      'a recursive CTE',
      'WITH RECURSIVE r AS (SELECT stream AS s, 1 AS n FROM stream_metrics UNION ALL SELECT s, n + 1 FROM r WHERE n < 2) SELECT DISTINCT s FROM r',
    ],
    ['ARRAY JOIN', 'SELECT DISTINCT s FROM (SELECT groupArray(stream) AS all FROM stream_metrics) ARRAY JOIN all AS s'],
    ['HAVING', 'SELECT stream AS s FROM stream_metrics GROUP BY stream HAVING count() > 0'],
    ['GROUP BY WITH TOTALS', 'SELECT stream AS s, count() FROM stream_metrics GROUP BY stream WITH TOTALS'],
    ['FINAL', 'SELECT DISTINCT type AS s FROM events FINAL'],
  ])('holds in %s', async (_, text) => {
    const { frames, error } = await sql(text);
    expect(error).toBeUndefined();
    expect(JSON.stringify(frames)).not.toContain(secret);
  });

  it('holds for counts and bounds that are kept beside the rows', async () => {
    const { frames } = await sql(
      'SELECT count() AS n, min(time) AS oldest, max(bytes_total) AS largest FROM stream_metrics',
    );
    expect(frames[0]?.fields.map(({ values }) => values[0])).toEqual([120, range.fromMs, 1059]);
    const bare = await sql('SELECT count() AS n FROM stream_metrics');
    expect(bare.frames[0]?.fields[0]?.values).toEqual([120]);
    expect((await sql('SELECT min(time) AS t FROM stream_metrics')).frames[0]?.fields[0]?.values).toEqual([
      range.fromMs,
    ]);
  });

  // Each fails on a name such as SECRET_… and not on this organization's, which are numbers.
  it.each([
    ['WHERE', 'SELECT count() AS n FROM stream_metrics WHERE toInt64(toString(stream)) > 0'],
    [
      'WHERE over a subquery',
      'SELECT count() AS n FROM (SELECT * FROM stream_metrics) WHERE toInt64(toString(stream)) > 0',
    ],
    ['SELECT', 'SELECT count(toInt64(toString(stream))) AS n FROM stream_metrics'],
    [
      'a join condition',
      'SELECT count() AS n FROM stream_metrics a JOIN (SELECT 1 AS one) b ON toInt64(toString(a.stream)) >= b.one',
    ],
    [
      'GROUP BY',
      'SELECT sum(c) AS n FROM (SELECT toInt64(toString(stream)) AS k, count() AS c FROM stream_metrics GROUP BY k)',
    ],
    ['a window', 'SELECT count() AS n FROM (SELECT sum(toInt64(toString(stream))) OVER () FROM stream_metrics)'],
    ['a division', 'SELECT count() AS n FROM stream_metrics WHERE intDiv(1, 999999999 - ifNull(bytes_total, 0)) = 0'],
  ])('does not let an error in %s tell of foreign rows', async (_, text) => {
    const { frames, error } = await sql(text);
    expect(error).toBeUndefined();
    expect(frames[0]?.fields[0]?.values).toEqual([120]);
  });

  it('tells the kind of an error in a value, never the value', async () => {
    const { error } = await sql("SELECT toInt64(concat('hidden', toString(stream))) FROM stream_metrics");
    expect(error).toMatch(/could not be read as/);
    expect(error).not.toContain('hidden1');
  });

  it('keeps other accounts back from whoever may not read them', async () => {
    const role = `sql-${randomBytes(3).toString('hex')}`;
    const permissions = [
      { resource: 'queries', action: 'sql' },
      { resource: 'streams', action: 'read' },
    ] as const;
    await api.get(routes.createRole, { body: { name: role, permissions: [...permissions] } }, api.admin);
    const analyst = await makePerson(api, role);
    expect(
      (await sql('SELECT DISTINCT stream FROM stream_metrics', {}, analyst.token)).frames[0]?.fields[0]?.values,
    ).toEqual(['1']);
    const aliased = await sql('SELECT DISTINCT stream FROM stream_metrics AS audit_logs', {}, analyst.token);
    expect(aliased.error).toMatch(/choose another alias/);
    const denied = await sql('SELECT count() FROM audit_logs', {}, analyst.token);
    expect(denied).toMatchObject({ status: 403 });
    expect(denied.error).toMatch(/audit_logs:read/);
  });
});

describe('what is refused', () => {
  it.each([
    [
      'a subquery’s own filter',
      'SELECT * FROM (SELECT * FROM stream_metrics SETTINGS additional_table_filters = {})',
      /SETTINGS/,
    ],
    ['SETTINGS at the end', 'SELECT 1 SETTINGS max_execution_time = 0', /SETTINGS/],
    ['SETTINGS behind a UNION', 'SELECT 1 UNION ALL SELECT 2 SETTINGS readonly = 0', /SETTINGS/],
    ['merge()', "SELECT * FROM merge('default', '^stream_metrics$')", /table function/],
    ['mergeTreeIndex()', 'SELECT * FROM mergeTreeIndex(default, stream_metrics)', /table function/],
    ['view()', 'SELECT * FROM view(SELECT * FROM stream_metrics)', /table function/],
    ['file()', "SELECT * FROM file('/etc/passwd', 'LineAsString')", /table function/],
    ['file() as a function', "SELECT file('/etc/passwd')", /function file/],
    ['url()', "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')", /table function/],
    ['remote()', "SELECT * FROM remote('127.0.0.1', default.stream_metrics)", /table function/],
    ['remote() in IN', "SELECT 1 WHERE 1 IN (SELECT 1 FROM remote('127.0.0.1', system.one))", /table function/],
    ['numbers()', 'SELECT * FROM numbers(10)', /table function/],
    ['executable()', "SELECT * FROM executable('x', 'TSV', 'a String')", /table function/],
    ['postgresql()', "SELECT * FROM postgresql('127.0.0.1:5432', 'd', 't', 'u', 'p')", /table function/],
    ['cluster()', 'SELECT * FROM cluster(default, default.stream_metrics)', /table function|syntax|parse/i],
    ['system tables', 'SELECT * FROM system.parts', /without a database/],
    ['system tables in quotes', 'SELECT * FROM `system`.`parts`', /without a database/],
    ['system tables in a subquery', 'SELECT * FROM (SELECT name FROM system.tables)', /without a database/],
    ['INFORMATION_SCHEMA', 'SELECT * FROM information_schema.tables', /without a database/],
    ['a table with its database', 'SELECT * FROM default.stream_metrics', /without a database/],
    ['a table that is not on the list', 'SELECT * FROM schema_migrations', /cannot be read/],
    ['a view that is not on the list', 'SELECT * FROM stream_metrics_hourly_view', /cannot be read/],
    ['a table by IN', 'SELECT 1 WHERE (1, 1) IN schema_migrations', /IN \(SELECT/],
    ['a table by in()', 'SELECT in(1, stream_metrics)', /IN \(SELECT/],
    ['dictGet', "SELECT dictGet('d', 'a', toUInt64(1))", /function dictGet/],
    ['joinGet', "SELECT joinGet('stream_metrics', 'a', 1)", /function joinGet/],
    ['getSetting', "SELECT getSetting('readonly')", /function getSetting/],
    ['currentUser', 'SELECT currentUser()', /function currentUser/],
    ['hostName', 'SELECT hostName()', /function hostName/],
    ['a global variable', 'SELECT @@version', /function globalVariable/],
    ['sleep', 'SELECT sleep(3)', /function sleep/],
    ['throwIf', 'SELECT throwIf(1)', /function throwIf/],
    ['a function by its name in text', "SELECT arrayReduce('sum', [1])", /function arrayReduce/],
    ['initializeAggregation', "SELECT initializeAggregation('sumState', 1)", /function initializeAggregation/],
    ['a function behind another’s letters', 'SELECT sumIfSleep(1)', /function sumIfSleep/],
    ['APPLY', 'SELECT * APPLY(sleep) FROM stream_metrics', /APPLY/],
    ['COLUMNS', "SELECT COLUMNS('.*') FROM stream_metrics", /COLUMNS/],
    ['REPLACE', 'SELECT * REPLACE(1 AS stream) FROM stream_metrics', /REPLACE/],
    ['PREWHERE', 'SELECT count() FROM stream_metrics PREWHERE toInt64(toString(stream)) > 0', /PREWHERE/],
    ['PREWHERE in pieces', 'SELECT count() FROM stream_metrics PREWHERE/**/1', /PREWHERE/],
    ['SAMPLE', 'SELECT * FROM stream_metrics SAMPLE 0.1', /SAMPLE/],
    ['a parameter', 'SELECT {p:String}', /./],
    ['FORMAT', 'SELECT 1 FORMAT CSV', /./],
    ['INTO OUTFILE', "SELECT 1 INTO OUTFILE '/tmp/jetstream-console-escape'", /./],
    ['two statements', 'SELECT 1; SELECT 2', /./],
    ['two statements behind a comment', 'SELECT 1 /* ; */ ; DROP TABLE stream_metrics', /./],
    ['SET', 'SET readonly = 0', /./],
    ['INSERT', "INSERT INTO stream_metrics (stream) VALUES ('x')", /SELECT/],
    ['INSERT with SELECT', 'INSERT INTO stream_metrics SELECT * FROM stream_metrics', /SELECT/],
    ['CREATE', 'CREATE TABLE escape (a UInt8) ENGINE = Memory', /SELECT/],
    ['DROP', 'DROP TABLE stream_metrics', /SELECT/],
    ['ALTER', 'ALTER TABLE stream_metrics DELETE WHERE 1', /SELECT/],
    ['TRUNCATE', 'TRUNCATE TABLE stream_metrics', /SELECT/],
    ['KILL', 'KILL QUERY WHERE 1', /SELECT/],
    ['SYSTEM', 'SYSTEM SHUTDOWN', /SELECT/],
    ['SHOW', 'SHOW TABLES', /SELECT/],
    ['DESCRIBE', 'DESCRIBE stream_metrics', /SELECT/],
    ['EXPLAIN', 'EXPLAIN SELECT 1', /EXPLAIN|SELECT/],
    ['EXPLAIN’s own settings', 'optimize = 1 SELECT 1', /./],
    ['a name with a line feed', 'SELECT 1 AS `a\n  Function sleep`', /quotes/],
    ['a name that looks like a tree', 'SELECT 1 AS `a) (children 1)\n     Literal UInt64_1 (alias b`', /./],
    ['a NUL', 'SELECT 1 \u0007', /control/],
    ['an unknown macro', 'SELECT $__secret', /no macro \$__secret/],
    ['a macro around more than a column', 'SELECT 1 WHERE $__timeFilter(sleep)', /timeFilter|sleep|Unknown/],
    ['a macro around an expression', 'SELECT 1 WHERE $__timeFilter(time) OR $__timeFilter(a + b)', /name of a column/],
    ['nonsense', 'SELEC 1', /./],
    ['nothing', '   ', /./],
    ['a table that is not there', 'SELECT * FROM nowhere', /nowhere/],
    ['a column that is not there', 'SELECT nowhere FROM stream_metrics', /nowhere/],
    ['series without a time', 'SELECT 1 AS n', /time/],
  ])('%s', async (name, text, error) => {
    const answer = await sql(text, name === 'series without a time' ? { format: 'series' } : {});
    expect(answer.status, answer.error).toBe(400);
    expect(answer.frames).toEqual([]);
    expect(answer.error).toMatch(error);
    expect(answer.error).not.toContain(secret);
  });

  it('leaves nothing behind', async () => {
    const found = await clickhouse.query({
      query: "SELECT count() AS n FROM system.tables WHERE name = 'escape'",
      format: 'JSONEachRow',
    });
    expect(await found.json()).toEqual([{ n: 0 }]);
  });

  it('whoever lacks queries:sql in the whole organization', async () => {
    for (const role of ['viewer', 'reader', 'operator', 'editor'] as const) {
      const person = await makePerson(api, role);
      expect(await sql('SELECT 1', {}, person.token)).toMatchObject({ status: 403, frames: [] });
    }
  });
});

describe('bounds', () => {
  it('end a statement that never ends', async () => {
    const text = `WITH a AS (SELECT arrayJoin(range(20000)) AS n) SELECT sum(cityHash64(x.n, y.n, z.n)) AS s FROM a AS x, a AS y, a AS z`;
    const answer = await sql(text);
    expect(answer).toMatchObject({ source: 'downstream', frames: [] });
    expect([422, 504]).toContain(answer.status);
  });

  it('end a statement that answers too much', async () => {
    const answer = await sql('SELECT arrayJoin(range(200000)) AS n');
    expect(answer).toMatchObject({ status: 422, source: 'downstream', frames: [] });
    expect(answer.error).toMatch(/more( than 100000)? rows/);
  });

  it('end a statement that takes too much memory', async () => {
    const answer = await sql(
      'SELECT length(groupArray(repeat(toString(n), 1000))) AS n FROM (SELECT arrayJoin(range(100000)) AS n UNION ALL SELECT arrayJoin(range(100000)) UNION ALL SELECT arrayJoin(range(100000)))',
    );
    expect(answer).toMatchObject({ status: 422, frames: [] });
    expect(answer.error).toMatch(/memory/);
  });
});
