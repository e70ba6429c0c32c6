import type { Finding, Silence } from '@jetstream-console/contract';
import { iso } from '../../tenants/shared';
import type { SilenceRow } from './store';

/** What a finding says of its silence. */
export const silencedBy = (row: SilenceRow): NonNullable<Finding['silenced']> => ({
  id: row.id,
  until: iso(row.expires_at),
  reason: row.reason,
  by: row.by_name,
  at: iso(row.silenced_at),
});

export const showSilence = (row: SilenceRow, clusterName: string): Silence => ({
  ...silencedBy(row),
  finding: row.finding,
  rule: row.rule,
  title: row.title,
  cluster: { id: row.cluster_id, name: clusterName },
  subject: row.subject,
});
