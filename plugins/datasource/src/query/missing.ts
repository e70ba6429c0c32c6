import type { QuerySpecInput } from '@jetstream-console/contract';

const blank = (text: string | null | undefined) => !text || text.trim() === '';

/** What a query still lacks before it can be asked, in words; null where it is whole. */
export function missingIn(spec: QuerySpecInput): string | null {
  switch (spec.kind) {
    case 'metrics':
      return blank(spec.metric) ? 'Choose a metric.' : null;
    case 'inventory':
      return spec.of === 'subjects' && blank(spec.stream) ? 'Choose the stream whose subjects to list.' : null;
    case 'messages':
      if (blank(spec.cluster)) return 'Choose the cluster.';
      return blank(spec.stream) ? 'Choose the stream whose messages to show.' : null;
    case 'events':
      return spec.of?.length === 0 ? 'Choose at least one kind of event.' : null;
    case 'sql':
      return blank(spec.sql) ? 'Write a SELECT.' : null;
  }
}
