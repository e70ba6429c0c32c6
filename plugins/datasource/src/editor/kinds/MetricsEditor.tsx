import { dimensionsOf, metricOf } from '@jetstream-console/contract';
import type { Dimension } from '../../types';
import { CalculationFields } from '../metrics/CalculationFields';
import { GroupByField } from '../metrics/GroupByField';
import { MetricField } from '../metrics/MetricField';
import { ClustersField } from '../parts/ClustersField';
import { EditorRow } from '../parts/EditorRow';
import { FiltersField } from '../parts/FiltersField';
import type { SpecEditorProps } from '../props';

const dimensionsFor = (metric: string): readonly Dimension[] => {
  const known = metricOf(metric);
  return known ? dimensionsOf[known.source] : dimensionsOf.consumer;
};

/** Another metric may know fewer dimensions: what it lacks goes with the old one. */
export function withMetric(metric: string, groupBy: readonly Dimension[], filters: { field: Dimension }[] | undefined) {
  const dimensions = dimensionsFor(metric);
  const has = (dimension: Dimension) => dimensions.includes(dimension);
  return {
    metric,
    groupBy: groupBy.filter(has),
    filters: filters?.filter(({ field }) => has(field)),
    forecast: null,
  };
}

export function MetricsEditor({ datasource, spec, onPatch }: SpecEditorProps<'metrics'>) {
  const dimensions = dimensionsFor(spec.metric);
  return (
    <>
      <EditorRow>
        <MetricField
          value={spec.metric}
          onChange={(metric) =>
            onPatch({
              ...withMetric(metric, spec.groupBy ?? [], spec.filters),
              filters: spec.filters?.filter(({ field }) => dimensionsFor(metric).includes(field)),
            })
          }
        />
        <ClustersField
          datasource={datasource}
          value={spec.clusters ?? []}
          onChange={(clusters) => onPatch({ clusters })}
        />
        <GroupByField value={spec.groupBy ?? []} dimensions={dimensions} onChange={(groupBy) => onPatch({ groupBy })} />
      </EditorRow>
      <FiltersField
        datasource={datasource}
        filters={spec.filters ?? []}
        dimensions={dimensions}
        clusters={spec.clusters}
        onChange={(filters) => onPatch({ filters })}
      />
      <CalculationFields spec={spec} onPatch={onPatch} />
    </>
  );
}
