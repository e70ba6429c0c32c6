import { LegendDisplayMode } from '@grafana/schema';
import { useTheme2, VizLegend, type VizLegendItem } from '@grafana/ui';
import { colorOf, showValue } from './plotConfig';
import { lastOf, type ChartSeries } from './series';

interface Props {
  series: readonly ChartSeries[];
  hidden: ReadonlySet<string>;
  onHidden: (hidden: ReadonlySet<string>) => void;
}

/** A click shows a line alone, another one all of them again. */
export function toggled(series: readonly ChartSeries[], hidden: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const others = series.map((line) => line.id).filter((other) => other !== id);
  const alone = !hidden.has(id) && others.every((other) => hidden.has(other));
  return new Set(alone ? [] : others);
}

/** The lines by name and colour, each with its newest value. */
export function ChartLegend({ series, hidden, onHidden }: Props) {
  const theme = useTheme2();
  const items = series.map((line, i): VizLegendItem<string> => ({
    label: hidden.has(line.id) ? `${line.name} (hidden)` : line.name,
    color: colorOf(theme, i),
    yAxis: 1,
    disabled: hidden.has(line.id),
    data: line.id,
    getItemKey: () => line.id,
    getDisplayValues: () => [
      { title: 'last', numeric: lastOf(line.values) ?? NaN, text: showValue(lastOf(line.values), line.unit) },
    ],
  }));
  return (
    <VizLegend<string>
      placement="bottom"
      displayMode={LegendDisplayMode.List}
      items={items}
      onLabelClick={({ data }) => {
        if (data !== undefined) onHidden(toggled(series, hidden, data));
      }}
    />
  );
}
