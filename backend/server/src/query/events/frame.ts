import type { Field, Frame } from '../frames/frame';

export interface EventRow {
  /** of the last, where it came more than once */
  readonly ms: number;
  readonly firstMs: number;
  readonly times: number;
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

/** Where it happened, and how often where that is more than once. */
export const placeText = (place: readonly string[], times: number): string => {
  const where = place.filter(Boolean).join(' > ');
  return times === 1
    ? where
    : `${where}${where === '' ? '' : ': '}${times.toLocaleString('en')} times, this is the last`;
};

const column = (name: keyof EventRow, rows: readonly EventRow[]): Field => ({
  name,
  type: 'string',
  values: rows.map((row) => String(row[name])),
});

/**
 * Grafana's annotation support finds its fields by these names; tags are one string, cut at commas. From the first to
 * the last of what came again and again is a region, and what came once a line.
 */
export const eventFrame = (rows: readonly EventRow[]): Frame => ({
  name: 'events',
  meta: { type: 'table', typeVersion: [0, 1], preferredVisualisationType: 'table' },
  fields: [
    { name: 'time', type: 'time', values: rows.map(({ firstMs }) => firstMs) },
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
    { name: 'times', type: 'number', values: rows.map(({ times }) => times) },
  ],
});
