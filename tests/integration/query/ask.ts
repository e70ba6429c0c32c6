import { queryResponse, routes, type QuerySpecInput } from '@jetstream-console/contract';
import type { TestApi } from '../setup/api';
import type { Headers } from '../setup/http';

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly values: readonly unknown[];
}
export interface Answered {
  readonly name: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly fields: readonly Column[];
}

interface Schema {
  name?: string;
  meta?: Record<string, unknown>;
  fields: { name: string; type: string; labels?: Record<string, string>; config?: Record<string, unknown> }[];
}

/** Frames of an answer with schema and values put together. */
export function framesOf(result: { frames: { schema: unknown; data: unknown }[] } | undefined): Answered[] {
  return (result?.frames ?? []).map(({ schema, data }) => {
    const { name = '', meta = {}, fields } = schema as Schema;
    const { values } = data as { values: unknown[][] };
    return {
      name,
      meta,
      fields: fields.map((field, i) => ({
        name: field.name,
        type: field.type,
        labels: field.labels ?? {},
        config: field.config ?? {},
        values: values[i] ?? [],
      })),
    };
  });
}

export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs?: number;
  readonly maxDataPoints?: number;
}

/** One query, answered by the api: its frames, or the error of its refId. */
export async function askOne(
  api: TestApi,
  who: string | Headers,
  range: Range,
  query: QuerySpecInput | Record<string, unknown>,
) {
  const { fromMs, toMs, ...rest } = range;
  const answer = await api.ask(
    routes.query,
    {
      body: {
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        queries: [{ refId: 'A', query, ...rest }],
      },
    },
    who,
  );
  if (answer.status !== 200) throw new Error(`the query answered ${answer.status}: ${answer.text.slice(0, 500)}`);
  const { results } = queryResponse.parse(answer.json());
  const result = results['A'];
  return { status: result?.status, error: result?.error, source: result?.errorSource, frames: framesOf(result) };
}
