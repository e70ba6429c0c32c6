import type { QueryResponse } from '@jetstream-console/contract';
import { z } from 'zod';

/** Something that happened; what the server counted together says how often, and since when. */
export interface Happened {
  readonly ms: number;
  readonly firstMs: number;
  readonly times: number;
  readonly type: string;
  readonly severity: string;
  readonly title: string;
  readonly cluster: string;
  readonly stream: string;
  readonly consumer: string;
  readonly server: string;
}

/** The same again and again, as one. */
export type Folded = Happened;

const frameSchema = z.object({
  schema: z.object({ fields: z.array(z.object({ name: z.string() })) }),
  data: z.object({ values: z.array(z.array(z.unknown())) }),
});

/** The rows of an `events` query. @throws ZodError for other answers */
export function readHappened(refId: string, { results }: QueryResponse): Happened[] {
  return (results[refId]?.frames ?? []).flatMap((raw) => {
    const { schema, data } = frameSchema.parse(raw);
    const column = (name: string) => data.values[schema.fields.findIndex((field) => field.name === name)] ?? [];
    const text = (name: string, i: number) => String(column(name)[i] ?? '');
    const number = (name: string, i: number) => z.number().safeParse(column(name)[i]).data;
    return column('time').flatMap((firstMs, i) =>
      typeof firstMs === 'number'
        ? [
            {
              ms: number('timeEnd', i) ?? firstMs,
              firstMs,
              times: number('times', i) ?? 1,
              type: text('type', i),
              severity: text('severity', i),
              title: text('title', i),
              cluster: text('cluster', i),
              stream: text('stream', i),
              consumer: text('consumer', i),
              server: text('server', i),
            },
          ]
        : [],
    );
  });
}

/** Newest first; of what happened to one thing again and again the newest, and how often. Acts of people stay apart. */
export function folded(happened: readonly Happened[]): Folded[] {
  const found = new Map<string, Folded>();
  for (const event of [...happened].sort((a, b) => b.ms - a.ms)) {
    const { type, cluster, stream, consumer, server, title } = event;
    const key = JSON.stringify([type, cluster, stream, consumer, server, type.startsWith('audit.') ? title : '']);
    const known = found.get(key);
    found.set(
      key,
      known ? { ...known, times: known.times + event.times, firstMs: Math.min(known.firstMs, event.firstMs) } : event,
    );
  }
  return [...found.values()];
}
