import { metricOf, type QuerySpecInput } from '@jetstream-console/contract';
import { eventKindLabels, inventoryLabels, metricSourceLabels } from '../labels';
import type { Filter } from '../types';

const list = (texts: readonly string[]) => texts.join(', ');
const filterText = ({ field, op, values }: Filter) =>
  `${field} ${op} ${values.length === 1 ? values[0] : `(${list(values)})`}`;
const where = (filters: readonly Filter[] | undefined) =>
  filters && filters.length > 0 ? ` where ${filters.map(filterText).join(' and ')}` : '';
const on = (clusters: readonly string[] | undefined) =>
  clusters && clusters.length > 0 ? ` on ${list(clusters)}` : '';

/** A query in words: the title of its row in Explore, in panels and in rules. */
export function displayText(spec: QuerySpecInput): string {
  switch (spec.kind) {
    case 'metrics': {
      const metric = metricOf(spec.metric);
      const name = metric ? `${metric.name} (${metricSourceLabels[metric.source].toLowerCase()})` : spec.metric;
      const by = spec.groupBy && spec.groupBy.length > 0 ? ` by ${list(spec.groupBy)}` : '';
      const top = spec.top ? `, top ${spec.top}` : '';
      return `${spec.aggregate ?? 'sum'} of ${name}${on(spec.clusters)}${where(spec.filters)}${by}${top}`;
    }
    case 'inventory':
      return `${inventoryLabels[spec.of]}${spec.of === 'subjects' && spec.stream ? ` of ${spec.stream}` : ''}${on(spec.clusters)}${where(spec.filters)}`;
    case 'messages':
      return `Messages of ${spec.stream}${on(spec.cluster ? [spec.cluster] : [])}${spec.subject ? ` on ${spec.subject}` : ''}`;
    case 'events':
      return `${list((spec.of ?? ['advisories']).map((kind) => eventKindLabels[kind]))}${on(spec.clusters)}${spec.stream ? ` of ${spec.stream}` : ''}`;
    case 'sql':
      return spec.sql.replace(/\s+/g, ' ').trim();
  }
}
