import type { QueryResponse } from '@jetstream-console/contract';
import { z } from 'zod';

/** One line of a chart. */
export interface ChartSeries {
  readonly id: string;
  readonly refId: string;
  readonly name: string;
  readonly unit: string;
  /** where the figure comes from and what it means */
  readonly from: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly times: readonly number[];
  /** null: nothing is known, which is not zero */
  readonly values: readonly (number | null)[];
}

export interface ChartEvent {
  readonly ms: number;
  readonly title: string;
  readonly severity: string;
}

const frameSchema = z.object({
  schema: z.object({
    fields: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        labels: z.record(z.string(), z.string()).optional(),
        config: z
          .object({
            displayNameFromDS: z.string().optional(),
            unit: z.string().optional(),
            description: z.string().optional(),
          })
          .optional(),
      }),
    ),
  }),
  data: z.object({ values: z.array(z.array(z.unknown())) }),
});
type Frame = z.infer<typeof frameSchema>;

const numbers = (values: readonly unknown[] | undefined): (number | null)[] =>
  (values ?? []).map((value) => (typeof value === 'number' ? value : null));

function seriesOfFrame(refId: string, { schema, data }: Frame): ChartSeries[] {
  const time = schema.fields.findIndex(({ type }) => type === 'time');
  if (time < 0) return [];
  const times = numbers(data.values[time]).map((value) => value ?? NaN);
  return schema.fields.flatMap(({ name, type, labels = {}, config }, i) =>
    type === 'number'
      ? [
          {
            id: `${refId} ${name} ${JSON.stringify(labels)}`,
            refId,
            name: config?.displayNameFromDS ?? (Object.values(labels).join(' > ') || name),
            unit: config?.unit ?? 'short',
            from: config?.description ?? '',
            labels,
            times,
            values: numbers(data.values[i]),
          },
        ]
      : [],
  );
}

/** A query that failed, or was refused, beside those that were answered. */
export interface Refusal {
  readonly refId: string;
  readonly status: number;
  readonly message: string;
}

export interface ChartData {
  readonly series: readonly ChartSeries[];
  readonly refusals: readonly Refusal[];
}

/** The lines and the refusals in the console's answer, in the order that was asked. @throws ZodError for other answers */
export function readSeries(refIds: readonly string[], { results }: QueryResponse): ChartData {
  const answers = refIds.flatMap((refId) => {
    const result = results[refId];
    return result ? [{ refId, result }] : [];
  });
  return {
    series: answers.flatMap(({ refId, result }) =>
      result.frames.flatMap((frame) => seriesOfFrame(refId, frameSchema.parse(frame))),
    ),
    refusals: answers.flatMap(({ refId, result: { status, error } }) =>
      error === undefined ? [] : [{ refId, status, message: error }],
    ),
  };
}

/** The marks in the answer to an `events` query. */
export function readEvents(refId: string, { results }: QueryResponse): ChartEvent[] {
  return (results[refId]?.frames ?? []).flatMap((raw) => {
    const { schema, data } = frameSchema.parse(raw);
    const column = (name: string) => data.values[schema.fields.findIndex((field) => field.name === name)] ?? [];
    const [times, titles, severities] = [column('time'), column('title'), column('severity')];
    return times.flatMap((ms, i) =>
      typeof ms === 'number' ? [{ ms, title: String(titles[i] ?? ''), severity: String(severities[i] ?? 'info') }] : [],
    );
  });
}

type Aligned = [number[], ...(number | null | undefined)[][]];

/** All lines over the times of any of them: undefined where another line has a point, null where nothing is known. */
export function align(series: readonly ChartSeries[]): Aligned {
  const times = [...new Set(series.flatMap((line) => line.times))].filter(Number.isFinite).sort((a, b) => a - b);
  const place = new Map(times.map((time, i) => [time, i]));
  const columns = series.map((line) => {
    const column = new Array<number | null | undefined>(times.length).fill(undefined);
    line.times.forEach((time, i) => {
      const at = place.get(time);
      if (at !== undefined) column[at] = line.values[i] ?? null;
    });
    return column;
  });
  return [times, ...columns];
}

/** The newest known value of a line. */
export function lastOf(values: readonly (number | null)[]): number | null {
  for (let i = values.length - 1; i >= 0; i--) {
    const value = values[i];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

/** When anything was known last, of several lines. */
export function newestMs(series: readonly Pick<ChartSeries, 'times' | 'values'>[]): number | null {
  const known = series.flatMap(({ times, values }) => times.filter((_, i) => typeof values[i] === 'number'));
  return known.length === 0 ? null : known.reduce((a, b) => Math.max(a, b), -Infinity);
}

export function extent(values: readonly (number | null)[]): { min: number; max: number } | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length === 0
    ? null
    : {
        min: known.reduce((a, b) => Math.min(a, b), Infinity),
        max: known.reduce((a, b) => Math.max(a, b), -Infinity),
      };
}
