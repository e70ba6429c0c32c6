import { Badge, type BadgeColor, type IconName } from '@grafana/ui';
import type { ResponseOf, Routes } from '@jetstream-console/contract';
import { duration } from '../format';
import { Quiet } from './parts';

type Card = ResponseOf<Routes['clusterOverview']>['clusters'][number];
type Health = Card['state'];

const healths: Readonly<Record<Health, readonly [BadgeColor, IconName, string]>> = {
  critical: ['red', 'exclamation-circle', 'Critical'],
  warning: ['orange', 'exclamation-triangle', 'Warnings'],
  unknown: ['darkgrey', 'question-circle', 'Not known'],
  ok: ['green', 'check', 'All well'],
};

/** The worst that is found in a cluster and not silenced, by word, sign and colour; and how much is silenced. */
export function HealthBadge({ card }: { card: Card | undefined }) {
  const [color, icon, text] = healths[card?.state ?? 'unknown'];
  return (
    <>
      <Badge color={color} icon={icon} text={text} />
      {card !== undefined && card.silenced > 0 && <Quiet> {card.silenced} silenced</Quiet>}
    </>
  );
}

/** How old the newest samples of a cluster are. */
export function FiguresAge({ card }: { card: Card | undefined }) {
  return typeof card?.ageSeconds === 'number' ? `${duration(card.ageSeconds)} old` : 'none yet';
}
