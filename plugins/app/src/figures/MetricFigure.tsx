import { metricOf } from '@jetstream-console/contract';
import { type ComponentProps } from 'react';
import { ChartLinks, lastHour, type ChartRange, type MetricSpec } from '../charts';
import { Figure } from '../components/parts';
import type { Proposal } from './specs';

interface Props extends Omit<ComponentProps<typeof Figure>, 'actions'> {
  /** the same figure over time */
  readonly spec: MetricSpec;
  readonly range?: ChartRange;
  readonly alert?: Proposal;
}

/** A figure of this moment with the way to its history in Explore, and to a rule on it. */
export function MetricFigure({ spec, range = lastHour, alert, hint, ...figure }: Props) {
  return (
    <Figure
      {...figure}
      hint={hint ?? metricOf(spec.metric)?.from}
      actions={<ChartLinks title={figure.name} specs={[spec]} range={range} alert={alert && { ...alert, spec }} />}
    />
  );
}
