import { Button } from '@grafana/ui';
import type { JetStreamDataSource } from '../../datasource';
import type { Dimension, Filter } from '../../types';
import { EditorRow } from './EditorRow';
import { FilterRow } from './FilterRow';

interface Props {
  datasource: JetStreamDataSource;
  filters: readonly Filter[];
  dimensions: readonly Dimension[];
  clusters: readonly string[] | undefined;
  onChange: (filters: Filter[]) => void;
}

/** The conditions of a query; all of them hold. */
export function FiltersField({ datasource, filters, dimensions, clusters, onChange }: Props) {
  // The last dimension is the narrowest: what people filter by.
  const added: Dimension | undefined = dimensions[dimensions.length - 1];
  return (
    <EditorRow>
      {filters.map((filter, i) => (
        <FilterRow
          key={`${i} ${filter.field}`}
          datasource={datasource}
          filter={filter}
          dimensions={dimensions}
          clusters={clusters}
          beside={filters.filter((other) => other !== filter)}
          onChange={(changed) => onChange(filters.map((other, at) => (at === i ? changed : other)))}
          onRemove={() => onChange(filters.filter((_, at) => at !== i))}
        />
      ))}
      {added && (
        <Button
          variant="secondary"
          icon="plus"
          onClick={() => onChange([...filters, { field: added, op: '=', values: [] }])}
        >
          Filter
        </Button>
      )}
    </EditorRow>
  );
}
