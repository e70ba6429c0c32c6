import type { AuditEntry } from '@jetstream-console/contract';

/** What a link carries to an act: the id of a record, and where and when one around the console was. */
export const keyOf = ({ where, cluster, time, id }: Pick<AuditEntry, 'where' | 'cluster' | 'time' | 'id'>): string =>
  where === 'console' || cluster === null ? id : `${cluster} ${time} ${id}`;

/** Null for a record in the console. */
export function aroundFrom(key: string): { cluster: string; time: string; id: string } | null {
  const [, cluster, time, id] = /^(\S+) (\S+) (.+)$/.exec(key) ?? [];
  return cluster === undefined || time === undefined || id === undefined ? null : { cluster, time, id };
}
