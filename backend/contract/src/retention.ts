import { z } from 'zod';
import { instant, orgParams } from './common';
import { route, table } from './route';

/** As long as the longest that any table keeps: a longer wish would say nothing. */
export const longestRetentionDays = 1825;

const retention = z.object({
  /** null: as long as each table keeps */
  days: z.int().nullable(),
  changedAt: instant.nullable(),
  /** when the rows that were there already were told of it; null before, and where nothing was ever changed */
  appliedAt: instant.nullable(),
  tables: z.array(
    z.object({
      table: z.string(),
      about: z.string(),
      /** how long the table keeps rows for whoever wishes nothing else */
      atMostDays: z.int(),
      /** how long it keeps this organization's */
      days: z.int(),
    }),
  ),
});
export type Retention = z.infer<typeof retention>;

export const retentionRoutes = table({
  getRetention: route({
    method: 'GET',
    path: '/organizations/:organizationId/retention',
    summary: 'How long samples and events of the organization are kept, table by table',
    params: orgParams,
    access: [{ resource: 'organizations', action: 'read' }],
    response: retention,
  }),
  putRetention: route({
    method: 'PUT',
    path: '/organizations/:organizationId/retention',
    summary:
      'Keep samples and events for fewer days than the tables do; what is older goes, beginning some minutes later',
    params: orgParams,
    access: [{ resource: 'organizations', action: 'update' }],
    audit: 'organization.retention',
    body: z.strictObject({
      days: z.int().min(1).max(longestRetentionDays).nullable().describe('null: as long as each table keeps'),
    }),
    response: retention,
  }),
});
