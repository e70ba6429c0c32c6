import { SettingsMap } from '@clickhouse/client';
import type { Permission } from '@jetstream-console/contract';
import { periods, rollupName } from '../../metrics/ddl';
import { allTables } from '../../metrics/tables';
import { isUuid } from '../../platform/uuid';

const read = (resource: Permission['resource']): Permission => ({ resource, action: 'read' });
const whole = [read('clusters'), read('streams')];

/** What reading a table in SQL needs, in the whole organization: its rows are not told apart any further. */
const needs: Readonly<Record<string, readonly Permission[]>> = {
  stream_metrics: [read('streams')],
  consumer_metrics: [read('consumers'), read('streams')],
  server_metrics: whole,
  account_metrics: whole,
  cluster_samples: whole,
  events: whole,
  message_samples: [read('messages'), read('kv_values'), read('object_data')],
  audit_logs: [read('audit_logs')],
};

export interface SqlTable {
  readonly name: string;
  readonly needs: readonly Permission[];
  /** whether its rows tell the cluster's own account from others */
  readonly hasOwn: boolean;
}

const tables: ReadonlyMap<string, SqlTable> = new Map(
  [
    ...allTables.flatMap((table) => {
      const hasOwn = table.columns.some((column) => column.name === 'own');
      const names = [table.name, ...(table.rolledUp ? periods.map(({ suffix }) => rollupName(table, suffix)) : [])];
      return names.map((name): SqlTable => ({ name, needs: needs[table.name] ?? [], hasOwn }));
    }),
    { name: 'audit_logs', needs: needs['audit_logs'] ?? [], hasOwn: false },
  ].map((table) => [table.name, table]),
);

export const sqlTables: readonly SqlTable[] = [...tables.values()];
export const isAllowedTable = (name: string): boolean => tables.has(name);
export const sqlTable = (name: string): SqlTable | undefined => tables.get(name);

/**
 * The wall between tenants, as a setting: every table there is gets the organization's condition, whether the statement
 * names it or not. The id comes from the console's own database and is a UUID; the client writes the map's texts as they
 * are, so their quotes are escaped here.
 * @param otherAccounts whether rows of accounts besides the cluster's own may be read
 */
export function tableConditions(organizationId: string, otherAccounts: boolean): Record<string, string> {
  if (!isUuid(organizationId)) throw new Error('an organization id is a UUID');
  const own = `org_id = toUUID(\\'${organizationId}\\')`;
  return Object.fromEntries(
    sqlTables.map(({ name, hasOwn }) => [name, `${own}${hasOwn && !otherAccounts ? ' AND own' : ''}`]),
  );
}

export const tableFilters = (organizationId: string, otherAccounts: boolean): SettingsMap =>
  SettingsMap.from(tableConditions(organizationId, otherAccounts));
