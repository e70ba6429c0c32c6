import type { ClickHouseClient } from '@clickhouse/client';

type Values = Record<string, unknown>;

/** An instant as ClickHouse stores it. */
export const stored = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

/** Rows of a sample table as a collector would have written them; columns that are not named keep their defaults. */
export async function insertSamples(
  clickhouse: ClickHouseClient,
  table: string,
  rows: readonly Values[],
): Promise<void> {
  await clickhouse.insert({
    table,
    format: 'JSONEachRow',
    values: rows.map((row) => ({
      ...Object.fromEntries(
        Object.entries(row).map(([column, value]) => [column, value instanceof Date ? stored(value.getTime()) : value]),
      ),
    })),
  });
}

export interface SampleOf {
  readonly org: string;
  readonly cluster: string;
}
export const head = ({ org, cluster }: SampleOf, ms: number): Values => ({
  org_id: org,
  cluster_id: cluster,
  time: new Date(ms),
});
export const inAccount = { account: 'APP', domain: '', own: true } as const;

/** One collection that went well. */
export const collection = (of: SampleOf, ms: number, more: Values = {}): Values => ({
  ...head(of, ms),
  reachable: true,
  interval: 15,
  age: 0,
  collect_duration: 0.1,
  mode: 'system',
  elapsed_ms: 15_000,
  ...more,
});
