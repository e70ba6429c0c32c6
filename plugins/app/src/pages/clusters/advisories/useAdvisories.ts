import { routes, type QueryIn, type Routes } from '@jetstream-console/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { call } from '../../../api/client';
import { resolveRange, type ChartRange } from '../../../charts';

type Chosen = Omit<QueryIn<Routes['listAdvisories']>, 'from' | 'to'>;

/** A page of them, looked at again every ten seconds; a relative time is taken anew each time. */
export function useAdvisories(clusterId: string, range: ChartRange, chosen: Chosen) {
  return useQuery({
    queryKey: ['listAdvisories', clusterId, range, chosen],
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const { fromMs, toMs } = resolveRange(range);
      const time = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
      return call(routes.listAdvisories, { params: { clusterId }, query: { ...chosen, ...time } }, signal);
    },
  });
}
