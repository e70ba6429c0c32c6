import {
  dimensionsOf,
  metricCatalog,
  metricSources,
  showPermission,
  type MetricSource,
} from '@jetstream-console/contract';
import { makeMetrics as makeGatewayMetrics } from '../../plugins/datasource/gateway/src/process/metrics';
import { columnOf, isComputed, tableOf } from '../../backend/server/src/metrics/figures';
import { makeWorkerMetrics } from '../../backend/server/src/metrics/gauges';
import { keptTables } from '../../backend/server/src/metrics/retention/kept';
import { allTables } from '../../backend/server/src/metrics/tables';
import { makeMetrics } from '../../backend/server/src/platform/metrics';
import { families, scrapePrefix } from '../../backend/server/src/query/scrape/families';
import { maxSeries } from '../../backend/server/src/query/scrape/read';
import { allowedFunctions } from '../../backend/server/src/query/sql/functions';
import { sqlTables } from '../../backend/server/src/query/sql/tables';

type Row = readonly (string | number)[];

const cell = (value: string | number) => String(value).replaceAll('|', '\\|');
const code = (text: string) => `\`${text}\``;
export const markdownTable = (head: Row, rows: readonly Row[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
const sections = (parts: readonly (readonly [heading: string, body: string])[]): string =>
  parts.map(([heading, body]) => `### ${heading}\n\n${body}`).join('\n\n');

const titles: Readonly<Record<MetricSource, string>> = {
  stream: 'Streams',
  consumer: 'Consumers',
  server: 'Servers',
  account: 'Accounts',
  cluster: 'Clusters',
};

const metrics = () =>
  sections(
    metricSources.map((source) => [
      titles[source],
      `Told apart by ${dimensionsOf[source].map(code).join(', ')}; kept in ${code(tableOf[source].name)}.\n\n${markdownTable(
        ['metric', 'is', 'kind', 'unit', 'from', 'column'],
        metricCatalog
          .filter((metric) => metric.source === source)
          .map(({ id, name, kind, unit, from }) => [
            code(id),
            name,
            kind,
            unit,
            from,
            isComputed(id) ? 'none: it is told by what is missing' : code(columnOf(id)),
          ]),
      )}`,
    ]),
  );

const columns = () =>
  sections(
    allTables.map((table) => [
      table.name,
      `${table.about}\n\n${markdownTable(
        ['column', 'type', 'unit', 'from', 'in the sums'],
        table.columns.map(({ name, type, unit, from, rollup }) => [
          code(name),
          code(type),
          unit,
          from,
          table.rolledUp ? (rollup ?? '') : '',
        ]),
      )}`,
    ]),
  );

const kept = () =>
  markdownTable(
    ['table', 'days', 'holds'],
    keptTables.map(({ table, ttlDays, about }) => [code(table), ttlDays, about]),
  );

/** Name, type and help of what a process exposes, without what every Node process tells. */
function exposed(text: string): Row[] {
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  return [...text.matchAll(/^# HELP (\S+) (.*)$/gm)]
    .filter(([, name = '']) => !/^jetstream_(?:console|gateway)_(?:process|nodejs)_/.test(name))
    .map(([, name = '', help = '']) => [code(name), types.get(name) ?? '', help]);
}
const exposure = async (expose: () => Promise<string>) =>
  markdownTable(['metric', 'type', 'is'], exposed(await expose()));

const scraped = () =>
  sections(
    metricSources.map((source) => [
      titles[source],
      `Labels: ${dimensionsOf[source].map(code).join(', ')}. At most ${maxSeries[source].toLocaleString('en-US')} series a scrape.\n\n${markdownTable(
        ['metric', 'type', 'is'],
        families
          .filter((family) => family.source === source)
          .map(({ name, type, help }) => [code(`${scrapePrefix}${name}`), type, help]),
      )}`,
    ]),
  );

const readable = () =>
  markdownTable(
    ['table', 'needs, in the whole organization'],
    sqlTables.map(({ name, needs }) => [code(name), needs.map((need) => code(showPermission(need))).join(', ')]),
  );

const functions = () =>
  sections([
    ['Of one row', allowedFunctions.plain.map(code).join(' ')],
    ['Aggregate and window functions', allowedFunctions.aggregates.map(code).join(' ')],
  ]);

/** Parts of pages that are made from code, by page and by the name between the page's markers. */
export const figureTables: Readonly<Record<string, Readonly<Record<string, () => string | Promise<string>>>>> = {
  'docs/metrics.md': {
    metrics,
    columns,
    kept,
    worker: () => exposure(async () => (await makeWorkerMetrics().expose()).body),
    api: () => exposure(async () => (await makeMetrics().expose()).body),
    gateway: () => exposure(() => makeGatewayMetrics().expose()),
  },
  'docs/prometheus.md': { families: scraped },
  'docs/query.md': { tables: readable, functions },
};

const marked = (name: string) => ({ start: `<!-- made from code: ${name} -->`, end: `<!-- end of ${name} -->` });

/** A page with its made parts as the code has them. @throws where a part's markers are missing */
export async function withTables(page: string, text: string): Promise<string> {
  let out = text;
  for (const [name, make] of Object.entries(figureTables[page] ?? {})) {
    const { start, end } = marked(name);
    const from = out.indexOf(start);
    const to = out.indexOf(end);
    if (from < 0 || to < from)
      throw new Error(`${page} has no place for "${name}": it stands between ${start} and ${end}`);
    out = `${out.slice(0, from + start.length)}\n\n${await make()}\n\n${out.slice(to)}`;
  }
  return out;
}
