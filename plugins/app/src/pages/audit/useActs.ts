import { auditSides, auditStatuses, routes, type QueryIn, type Routes } from '@jetstream-console/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from '../../api/client';
import { resolveRange, type ChartRange } from '../../charts';
import { rangeOf } from '../../range/range';
import { useUrl } from '../../useUrl';
import { actGroups } from './words';

type Filters = Omit<QueryIn<Routes['listAudit']>, 'from' | 'to' | 'cursor' | 'limit'>;

/** A relative time is taken anew each time. */
const spanOf = (range: ChartRange | null) => {
  if (range === null) return {};
  const { fromMs, toMs } = resolveRange(range);
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
};

/** What narrows the list, as the URL says it. */
export function useFilters() {
  const url = useUrl();
  const group = actGroups.find(({ id }) => id === url.get('acts'));
  const filters: Filters = {
    where: auditSides.find((known) => known === url.get('where')),
    action: group && `${group.id}.*`,
    login: url.get('who'),
    resource: url.get('on'),
    whole: url.get('whole') === '1' ? 'true' : undefined,
    cluster: url.get('cluster'),
    status: auditStatuses.find((known) => known === url.get('status')),
  };
  const range = rangeOf(url.get('from'), url.get('to'));
  return {
    filters,
    group,
    range,
    narrowed: range !== null || Object.values(filters).some((value) => value !== undefined),
    set: (changes: Record<string, string | null>) => url.set({ ...changes, cursor: null, act: null }),
    /** the filters with the times that they are about now */
    now: () => ({ ...filters, ...spanOf(range) }),
  };
}
export type FilterState = ReturnType<typeof useFilters>;

/** A page of acts, looked at again every fifteen seconds. */
export function useActs({ filters, range, now }: FilterState, cursor: string | undefined) {
  return useQuery({
    queryKey: ['listAudit', filters, range, cursor],
    refetchInterval: 15_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call(routes.listAudit, { query: { ...now(), cursor, limit: 50 } }, signal),
  });
}
