import type { QueryResponse } from '@jetstream-console/contract';
import { z } from 'zod';

/** Something that happened. */
export interface Happened {
  readonly ms: number;
  readonly type: string;
  readonly severity: string;
  readonly title: string;
  readonly cluster: string;
  readonly stream: string;
  readonly consumer: string;
  readonly server: string;
}

/** The same again and again, as one. */
export interface Folded extends Happened {
  readonly times: number;
  readonly firstMs: number;
}

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
    return column('time').flatMap((ms, i) =>
      typeof ms === 'number'
        ? [
            {
              ms,
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
      known ? { ...known, times: known.times + 1, firstMs: event.ms } : { ...event, times: 1, firstMs: event.ms },
    );
  }
  return [...found.values()];
}
