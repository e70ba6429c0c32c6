import type { QueryResponse } from '@jetstream-console/contract';
import { z } from 'zod';

/** What a table says of each group, found by the values of the grouping. */
export interface Table {
  readonly of: (...group: readonly string[]) => number | null;
  readonly rows: readonly { readonly group: readonly string[]; readonly value: number }[];
  /** when the newest of the samples was taken; null where the answer does not say */
  readonly newestMs: number | null;
  /** why there is no table */
  readonly refusal: { readonly status: number; readonly message: string } | null;
}

const frameSchema = z.object({
  schema: z.object({
    fields: z.array(z.object({ name: z.string(), type: z.string() })),
    meta: z.object({ custom: z.object({ newest: z.number().optional() }).optional() }).optional(),
  }),
  data: z.object({ values: z.array(z.array(z.unknown())) }),
});

const keyOf = (group: readonly string[]): string => JSON.stringify(group);

/** The answer to a query of format `table`. No frame: nothing is known. @throws ZodError for other answers */
export function readTable(refId: string, { results }: QueryResponse): Table {
  const result = results[refId];
  const rows = (result?.frames ?? []).flatMap((raw) => {
    const { schema, data } = frameSchema.parse(raw);
    const value = schema.fields.findIndex(({ type }) => type === 'number');
    const groups = schema.fields.flatMap(({ type }, i) => (type === 'string' ? [i] : []));
    return (data.values[value] ?? []).flatMap((figure, row) =>
      typeof figure === 'number'
        ? [{ group: groups.map((i) => String(data.values[i]?.[row] ?? '')), value: figure }]
        : [],
    );
  });
  const newest = (result?.frames ?? []).flatMap((raw) => frameSchema.parse(raw).schema.meta?.custom?.newest ?? []);
  const byGroup = new Map(rows.map(({ group, value }) => [keyOf(group), value]));
  return {
    rows,
    of: (...group) => byGroup.get(keyOf(group)) ?? null,
    newestMs: newest.length === 0 ? null : Math.max(...newest),
    refusal: result?.error === undefined ? null : { status: result.status, message: result.error },
  };
}
