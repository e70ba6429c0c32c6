import type { QueryResponse, ResponseOf, Routes } from '@jetstream-console/contract';
import { at, clusterId } from './samples';

type Result = Partial<QueryResponse['results'][string]>;
type Overview = ResponseOf<Routes['clusterOverview']>;
type Finding = Overview['findings'][number];

const frame = (fields: { name: string; type: string; labels?: Record<string, string> }[], values: unknown[][]) => ({
  schema: { fields, meta: { custom: { newest: Date.now() } } },
  data: { values },
});

/** A table as the console answers it: the groups of each row, and its figure. */
export const table = (groupBy: readonly string[], ...rows: [...string[], number][]): Result => ({
  frames:
    rows.length === 0
      ? []
      : [
          frame(
            [...groupBy.map((name) => ({ name, type: 'string' })), { name: 'value', type: 'number' }],
            [...groupBy, 'value'].map((_, column) => rows.map((row) => row[column])),
          ),
        ],
});

/** A line a label set, a minute a value, the last of them now. */
export const lines = (...given: { labels?: Record<string, string>; values: (number | null)[] }[]): Result => ({
  frames: given.map(({ labels = {}, values }) =>
    frame(
      [
        { name: 'time', type: 'time' },
        { name: 'value', type: 'number', labels },
      ],
      [values.map((_, i) => Date.now() - (values.length - 1 - i) * 60_000), values],
    ),
  ),
});

export const events = (...rows: Partial<Record<string, string | number>>[]): Result => {
  const names = ['time', 'type', 'severity', 'title', 'cluster', 'stream', 'consumer', 'server'];
  return {
    frames: [
      frame(
        names.map((name) => ({ name, type: name === 'time' ? 'time' : 'string' })),
        names.map((name) => rows.map((row) => row[name] ?? '')),
      ),
    ],
  };
};

export const away: Result = {
  status: 503,
  error: 'The console cannot reach its ClickHouse right now.',
  errorSource: 'downstream',
};

export const finding = (
  changes: Partial<Omit<Finding, 'subject'>> & { subject?: Partial<Finding['subject']> } = {},
): Finding => ({
  id: 'consumer_ack_saturated/x',
  rule: 'consumer_ack_saturated',
  severity: 'critical',
  title: 'ORDERS > billing delivers nothing more until something is acknowledged',
  cluster: { id: clusterId, name: 'prod' },
  evidence: '5 of 5 unacknowledged',
  since: '2026-03-01T11:54:00.000Z',
  cure: 'Run more of it.',
  silenced: null,
  ...changes,
  subject: { kind: 'consumer', stream: 'ORDERS', consumer: 'billing', server: null, account: null, ...changes.subject },
});

export const card = (changes: Partial<Overview['clusters'][number]> = {}): Overview['clusters'][number] => ({
  id: clusterId,
  name: 'prod',
  state: 'ok',
  silenced: 0,
  ageSeconds: 9,
  publishedPerSecond: 38.4,
  streams: 10,
  consumers: 6,
  worstLag: 12,
  storageUse: 0.42,
  servers: 3,
  ...changes,
});

export const overviewOf = (findings: readonly Finding[], clusters = [card()]): Overview => ({
  findings: [...findings],
  clusters,
  asOf: at,
});
