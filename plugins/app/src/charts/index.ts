/** Charts of the pages. They run in Grafana and in the plugin host alike; docs/adr says why they are made this way. */
export { RateChart, provenanceOf } from './RateChart';
export { Sparkline } from './Sparkline';
export { sparklineKey, useSparklines } from './useSparklines';
export { useChart, type EventSpec, type MetricSpec } from './useChart';
export { askQueries } from './ask';
export { ChartLinks } from './ChartLinks';
export { lastOf, type ChartSeries } from './series';
export { drawnRange, lastHour, resolveRange, type ChartRange } from './range';
export { alertUrl, datasourceType, exploreUrl, type AlertDraft, type DatasourceRef } from './links';
export { consoleDatasource, mayExplore, mayMakeRules } from './grafana';
