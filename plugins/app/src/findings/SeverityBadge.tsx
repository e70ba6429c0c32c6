import { Badge, type BadgeColor, type IconName } from '@grafana/ui';
import type { Severity } from './grouping';

const shown: Readonly<Record<Severity, readonly [BadgeColor, IconName, string]>> = {
  critical: ['red', 'exclamation-circle', 'Critical'],
  warning: ['orange', 'exclamation-triangle', 'Warning'],
  info: ['blue', 'info-circle', 'Note'],
};

/** By word, sign and colour: any one of them is enough. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  const [color, icon, text] = shown[severity];
  return <Badge color={color} icon={icon} text={text} />;
}
