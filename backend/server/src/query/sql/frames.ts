import { invalid } from '../../platform/errors';
import type { Rows } from '../engine/ask';
import type { Field, Frame, FrameMeta } from '../frames/frame';

const inner = (type: string): string => {
  const unwrapped = /^(?:Nullable|LowCardinality)\((.*)\)$/.exec(type)?.[1];
  return unwrapped === undefined ? type : inner(unwrapped);
};

/** The kind of field a ClickHouse type becomes. What has no counterpart is shown as JSON text. */
export function fieldType(type: string): 'time' | 'number' | 'boolean' | 'string' {
  const name = inner(type);
  if (/^Date(?:Time(?:64)?|32)?\b/.test(name)) return 'time';
  if (/^(?:U?Int\d+|Float\d+|BFloat16|Decimal\d*\b)/.test(name)) return 'number';
  return name === 'Bool' ? 'boolean' : 'string';
}

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value);

function numberOf(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

/** A column of the answer; instants come as ISO 8601 in UTC (`date_time_output_format`). */
export function toField({ columns, rows }: Pick<Rows, 'columns' | 'rows'>, i: number): Field {
  const { name, type } = columns[i] ?? { name: '', type: 'String' };
  const kind = fieldType(type);
  switch (kind) {
    case 'time':
      return { name, type: kind, values: rows.map((row) => (row[i] === null ? null : Date.parse(String(row[i])))) };
    case 'number':
      return { name, type: kind, values: rows.map((row) => numberOf(row[i])) };
    case 'boolean':
      return { name, type: kind, values: rows.map((row) => (row[i] === null ? null : Boolean(row[i]))) };
    case 'string':
      return { name, type: kind, values: rows.map((row) => textOf(row[i])) };
  }
}

const fieldsOf = (answer: Rows) => answer.columns.map((_, i) => toField(answer, i));
const timeOf = (fields: readonly Field[]): Field & { type: 'time' } => {
  const time = fields.find((field) => field.type === 'time');
  if (time?.type !== 'time')
    throw invalid('sql', 'this format needs a column with a time: select one, or choose the table format');
  return time;
};

/** Long rows to one frame a figure and set of texts: the texts are its labels. */
export function toSeries(answer: Rows, meta: FrameMeta): Frame[] {
  const fields = fieldsOf(answer);
  const time = timeOf(fields);
  const texts = fields.filter((field) => field.type === 'string');
  const numbers = fields.filter((field) => field.type === 'number');
  if (numbers.length === 0) throw invalid('sql', 'series need a column with a number');
  const groups = new Map<string, { labels: Record<string, string>; rows: number[] }>();
  for (let row = 0; row < time.values.length; row++) {
    if (time.values[row] === null) continue;
    const labels = Object.fromEntries(texts.map((field) => [field.name, field.values[row] ?? '']));
    const key = JSON.stringify(labels);
    const group = groups.get(key) ?? { labels, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  const frames: Frame[] = [];
  for (const { labels, rows } of groups.values()) {
    rows.sort((a, b) => (time.values[a] ?? 0) - (time.values[b] ?? 0));
    for (const field of numbers)
      frames.push({
        name: field.name,
        meta: { type: 'timeseries-multi', typeVersion: [0, 1], preferredVisualisationType: 'graph', ...meta },
        fields: [
          { ...time, name: 'time', values: rows.map((row) => time.values[row] ?? null) },
          {
            ...field,
            values: rows.map((row) => field.values[row] ?? null),
            ...(Object.keys(labels).length > 0 && { labels }),
          },
        ],
      });
  }
  return frames;
}

/** The first time, the first text (or the one named body), and whatever else there is as labels. */
export function toLogs(answer: Rows, meta: FrameMeta): Frame[] {
  const fields = fieldsOf(answer);
  const time = timeOf(fields);
  const texts = fields.filter((field) => field.type === 'string');
  const body = texts.find((field) => field.name === 'body') ?? texts[0];
  if (!body) throw invalid('sql', 'logs need a column with a text');
  const rest = fields.filter((field) => field !== time && field !== body);
  return [
    {
      name: 'logs',
      meta: { type: 'log-lines', typeVersion: [0, 0], preferredVisualisationType: 'logs', ...meta },
      fields: [
        { ...time, name: 'timestamp' },
        { ...body, name: 'body' },
        {
          name: 'labels',
          type: 'json',
          values: time.values.map((_, row) =>
            Object.fromEntries(rest.map((field) => [field.name, String(field.values[row] ?? '')])),
          ),
        },
      ],
    },
  ];
}

export const toTable = (answer: Rows, meta: FrameMeta): Frame[] => [
  {
    name: 'sql',
    meta: { type: 'table', typeVersion: [0, 1], preferredVisualisationType: 'table', ...meta },
    fields: fieldsOf(answer),
  },
];
