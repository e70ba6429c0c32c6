import { scrapePrefix, type Family } from './families';

const escaped = (value: string): string => value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));
const help = (value: string): string => value.replace(/[\\\n]/g, (c) => (c === '\n' ? '\\n' : '\\\\'));

export const labelText = (labels: readonly (readonly [string, string])[]): string =>
  labels.length === 0 ? '' : `{${labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(',')}}`;

export interface Series {
  /** as written behind a metric's name */
  readonly labels: string;
  /** one a family; null: not known, and then absent */
  readonly values: readonly (number | null)[];
}

/** Prometheus's text format, one family after the other; a family without a sample is left out. */
export function* exposition(families: readonly Family[], series: readonly Series[]): Generator<string, void> {
  for (const [i, family] of families.entries()) {
    const name = `${scrapePrefix}${family.name}`;
    const lines: string[] = [];
    for (const { labels, values } of series) {
      const value = values[i];
      if (value !== null && value !== undefined) lines.push(`${name}${labels} ${value}\n`);
    }
    if (lines.length > 0) yield `# HELP ${name} ${help(family.help)}\n# TYPE ${name} ${family.type}\n${lines.join('')}`;
  }
}
