import type { Field, Frame } from '../frames/frame';

export interface EventRow {
  readonly ms: number;
  readonly id: string;
  readonly type: string;
  readonly severity: string;
  readonly title: string;
  readonly text: string;
  readonly cluster: string;
  readonly stream: string;
  readonly consumer: string;
  readonly server: string;
}

const column = (name: keyof EventRow, rows: readonly EventRow[]): Field => ({
  name,
  type: 'string',
  values: rows.map((row) => String(row[name])),
});

/** Grafana's annotation support finds its fields by these names; tags are one string, cut at commas. */
export const eventFrame = (rows: readonly EventRow[]): Frame => ({
  name: 'events',
  meta: { type: 'table', typeVersion: [0, 1], preferredVisualisationType: 'table' },
  fields: [
    { name: 'time', type: 'time', values: rows.map(({ ms }) => ms) },
    { name: 'timeEnd', type: 'time', values: rows.map(({ ms }) => ms) },
    column('title', rows),
    column('text', rows),
    {
      name: 'tags',
      type: 'string',
      values: rows.map(({ type, severity, cluster, stream }) =>
        [type, severity, cluster, stream]
          .filter(Boolean)
          .map((tag) => tag.replaceAll(',', ' '))
          .join(','),
      ),
    },
    column('id', rows),
    column('type', rows),
    column('severity', rows),
    column('cluster', rows),
    column('stream', rows),
    column('consumer', rows),
    column('server', rows),
  ],
});
