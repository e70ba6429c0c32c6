import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { metricCatalog, queryRequest, querySpec } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { keptTables } from '../backend/server/src/metrics/retention/kept';
import { allTables } from '../backend/server/src/metrics/tables';
import { maxRows, maxSeries, maxPoints } from '../backend/server/src/query/metrics/bounds';
import { maxBuckets, maxRawSamples } from '../backend/server/src/query/metrics/step';
import { families, scrapePrefix } from '../backend/server/src/query/scrape/families';
import { allowedFunctions } from '../backend/server/src/query/sql/functions';
import { macroNames } from '../backend/server/src/query/sql/macros';
import { sqlBounds } from '../backend/server/src/query/sql/read';
import { sqlTables } from '../backend/server/src/query/sql/tables';
import { root } from '../scripts/engines/paths';
import { figureTables, withTables } from '../scripts/lib/figureTables';
import { examplesIn } from './markdown';

const read = (page: string) => readFile(path.join(root, page), 'utf8');
const [metrics, query, prometheus] = await Promise.all(
  ['docs/metrics.md', 'docs/query.md', 'docs/prometheus.md'].map(read),
);
const number = (value: number) => value.toLocaleString('en-US');
const rowsOf = (page: string | undefined, name: string) =>
  (page ?? '').split('\n').filter((line) => line.startsWith(`| \`${name}\` |`));

describe.each(Object.keys(figureTables))('%s', (page) => {
  it('holds the tables that the code makes (npm run build writes them)', async () => {
    const text = await read(page);
    expect(await withTables(page, text)).toBe(text);
  });

  it('says where a table belongs that it has no place for', async () => {
    const text = (await read(page)).replace(/<!-- made from code: .*? -->/, '');
    await expect(withTables(page, text)).rejects.toThrow(/no place for/);
  });
});

describe('docs/metrics.md', () => {
  it.each(metricCatalog)('has one row for the metric $id', ({ id, source }) => {
    const [, section = ''] = (metrics ?? '').split('\n## The metrics\n');
    const [mine = ''] = section.split('\n## ');
    expect(rowsOf(mine, id).map((row) => row.split(' | ').length)).toEqual([6]);
    expect(metricCatalog.filter((metric) => metric.id === id).map((metric) => metric.source)).toEqual([source]);
  });

  it.each(allTables)('has a row for each column of $name', ({ name, columns }) => {
    const [, section = ''] = (metrics ?? '').split(`\n### ${name}\n`);
    const [mine = ''] = section.split('\n### ');
    expect(columns.filter((column) => rowsOf(mine, column.name).length !== 1)).toEqual([]);
  });

  it('says of every table how long it keeps rows', () =>
    expect(
      keptTables.filter(
        ({ table, ttlDays }) => !rowsOf(metrics, table)[0]?.startsWith(`| \`${table}\` | ${ttlDays} |`),
      ),
    ).toEqual([]));
});

describe('docs/query.md', () => {
  it.each(examplesIn(query ?? '').map(({ request }) => [JSON.stringify(request).slice(0, 120), request]))(
    'shows a request that the api takes: %s',
    (_, request) => {
      const { queries } = queryRequest.parse(request);
      for (const { query: spec } of queries)
        if (Object(spec)['metric'] !== 'lagg') expect(querySpec.safeParse(spec).error).toBeUndefined();
    },
  );

  it('has an example of every kind', () => {
    const kinds = examplesIn(query ?? '').flatMap(({ request }) =>
      queryRequest.parse(request).queries.map(({ query: spec }) => String(Object(spec)['kind'])),
    );
    expect([...new Set(kinds)].sort()).toEqual(querySpec.options.map((o) => o.shape.kind.value).sort());
  });

  it('names every macro, table and function', () => {
    expect(macroNames.filter((name) => !query?.includes(`\`$__${name}`))).toEqual([]);
    expect(sqlTables.filter(({ name }) => rowsOf(query, name).length !== 1)).toEqual([]);
    const all = [...allowedFunctions.plain, ...allowedFunctions.aggregates];
    expect(all.filter((name) => !query?.includes(`\`${name}\``))).toEqual([]);
  });

  it('tells the bounds that hold', () => {
    const bounds = [
      `| series in one answer | ${number(maxSeries)}; `,
      `| rows of a table | ${number(maxRows)} |`,
      `| buckets | ${number(maxBuckets)}, and ${number(maxPoints)} points`,
      `| samples read one by one | ${number(maxRawSamples)}; `,
      `| time | ${sqlBounds.seconds} s |`,
      `| rows read | ${number(sqlBounds.rowsRead)} |`,
      `| rows answered | ${number(sqlBounds.resultRows)}, `,
      `| memory | ${sqlBounds.memoryBytes / 1024 ** 3} GiB |`,
    ];
    expect(bounds.filter((bound) => !query?.includes(bound))).toEqual([]);
  });
});

describe('docs/prometheus.md', () => {
  it.each(families)('has one row for $name', ({ name, type }) =>
    expect(rowsOf(prometheus, `${scrapePrefix}${name}`).map((row) => row.split(' | ')[1])).toEqual([type]),
  );

  it('shows no metric in its text that is not there', () => {
    const there = new Set([
      ...families.map(({ name }) => `${scrapePrefix}${name}`),
      `${scrapePrefix}scrape_series_cut`,
    ]);
    const shown = [...(prometheus ?? '').matchAll(/\bjetstream_console_[a-z_]+/g)].map(([name]) => name);
    expect(shown.length).toBeGreaterThan(there.size);
    expect(shown.filter((name) => !there.has(name))).toEqual([]);
  });
});
