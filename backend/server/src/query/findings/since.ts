import type { MetricSource } from '@jetstream-console/contract';
import { Params } from '../engine/params';
import { conditions, tableName } from '../metrics/source';
import type { LoadInput } from './load';
import type { Found } from './rules';

/** A condition that holds for longer than this is told to hold for at least this long. */
const lookBackMs = 24 * 3_600_000;
/** Findings whose start is looked up in one answer; the rest say nothing of it. */
const maxLookedUp = 200;

const partOf = ({ cluster, subject }: Found, column: string): string => {
  switch (column) {
    case 'cluster_id':
      return cluster.id;
    case 'account':
      return subject.account ?? '';
    case 'stream':
      return subject.stream ?? '';
    case 'consumer':
      return subject.consumer ?? (subject.kind === 'stream' ? '*ephemeral' : '');
    case 'server':
      return subject.server ?? '';
    default:
      return '';
  }
};

const named: Readonly<Record<string, readonly string[]>> = {
  stream: ['account', 'stream'],
  consumer: ['account', 'stream', 'consumer'],
  server: ['server'],
  cluster: [],
};

/** When a rule's condition was last false for each of its findings; where it never was, the first sample there is. */
async function startsOf(input: LoadInput, of: MetricSource, sql: string, found: readonly Found[]) {
  const params = new Params();
  const columns = named[of] ?? [];
  const filters = columns.map((field) => ({
    field: field as 'account' | 'stream' | 'consumer' | 'server',
    op: '=' as const,
    values: [...new Set(found.map((finding) => partOf(finding, field)))],
  }));
  const where = conditions(
    {
      source: of,
      organizationId: input.organizationId,
      grants: input.grants,
      clusterIds: [...new Set(found.map(({ cluster }) => cluster.id))],
      filters,
    },
    { fromMs: input.nowMs - lookBackMs, toMs: input.nowMs + 60_000 },
    params,
  );
  const keys = ['cluster_id', ...columns];
  // `sql` stands in the rule itself and holds nothing of anybody.
  const statement = `SELECT ${keys.join(', ')}, toUnixTimestamp64Milli(if(countIf(NOT ifNull(${sql}, 0)) = 0, min(time), maxIf(time, NOT ifNull(${sql}, 0)))) AS q_since
FROM ${tableName(of, 'raw')}
WHERE ${where}
GROUP BY ${keys.join(', ')}`;
  const { rows } = await input.ask({ sql: statement, params: params.values }, input.signal);
  return new Map(rows.map((row) => [JSON.stringify(row.slice(0, keys.length)), Number(row[keys.length])]));
}

/** Tells of each finding since when it holds, where the samples of the last day can. */
export async function withSince(input: LoadInput, found: readonly Found[]): Promise<Found[]> {
  const open = found
    .filter(({ sinceMs, rule }) => sinceMs === undefined && rule.holds !== undefined)
    .slice(0, maxLookedUp);
  const starts = new Map<Found, number>();
  const byRule = new Map<Found['rule'], Found[]>();
  for (const finding of open) byRule.set(finding.rule, [...(byRule.get(finding.rule) ?? []), finding]);
  await Promise.all(
    [...byRule].map(async ([{ holds }, findings]) => {
      if (!holds) return;
      const at = await startsOf(input, holds.of, holds.sql, findings);
      const columns = ['cluster_id', ...(named[holds.of] ?? [])];
      for (const finding of findings) {
        const since = at.get(JSON.stringify(columns.map((column) => partOf(finding, column))));
        if (since !== undefined) starts.set(finding, since);
      }
    }),
  );
  return found.map((finding) => ({ ...finding, sinceMs: finding.sinceMs ?? starts.get(finding) ?? null }));
}
