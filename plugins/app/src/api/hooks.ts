import {
  routes,
  decide,
  type Action,
  type BodyIn,
  type ParamsOf,
  type Permission,
  type QueryIn,
  type Resource,
  type ResponseOf,
  type Route,
  type RouteId,
  type Routes,
  type Target,
} from '@jetstream-console/contract';
import {
  keepPreviousData,
  QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { ApiProblem } from '@jetstream-console/contract';
import { call } from './client';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      refetchOnWindowFocus: false,
      retry: (count, error) =>
        count < 1 && error instanceof ApiProblem && [502, 503, 504].includes(error.problem.status),
    },
  },
});

type Input<K extends RouteId> = { params?: ParamsOf<Routes[K]>; query?: QueryIn<Routes[K]>; body?: BodyIn<Routes[K]> };
interface Options {
  readonly enabled?: boolean;
  readonly every?: number;
}

const routeOf = <K extends RouteId>(id: K): Routes[K] & Route => routes[id] as Routes[K] & Route;

/**
 * Reads a route; what was shown stays while a new page of it is fetched. Routes that only count or foretell are read
 * like this as well, though what they are asked stands in a body.
 */
export function useApi<K extends RouteId>(
  id: K,
  input: Input<K> = {},
  { enabled = true, every }: Options = {},
): UseQueryResult<ResponseOf<Routes[K]>, Error> {
  return useQuery({
    queryKey: [id, input],
    enabled,
    refetchInterval: every,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => call(routeOf(id), input as never, signal) as Promise<ResponseOf<Routes[K]>>,
  });
}

/**
 * Calls a route that changes something, and lets every view that shows clusters look again. It is done before they
 * have: who deletes what a page shows has left it by then.
 */
export function useAct<K extends RouteId>(id: K) {
  const client = useQueryClient();
  return useMutation<ResponseOf<Routes[K]>, Error, { params?: ParamsOf<Routes[K]>; body?: BodyIn<Routes[K]> }>({
    mutationFn: (input) => call(routeOf(id), input as never) as Promise<ResponseOf<Routes[K]>>,
    onSuccess: () => void client.invalidateQueries(),
  });
}

export const useMe = () => useApi('me', {}, { every: 60_000 });

export type May = (permission: `${Resource}:${Action}`, target?: Target) => boolean;

/** The server's own decision, asked here so that nothing is offered that it would refuse. */
export function useMay(): May {
  const { data } = useMe();
  return (permission, target) => {
    if (!data) return false;
    const [resource, action] = permission.split(':') as [Permission['resource'], Permission['action']];
    return decide(data.grants, { resource, action, target: target ?? {} }, data.subject.id, true).allowed;
  };
}

/**
 * Whether a grant of it covers anything at all, be it one stream of one cluster: figures are then answered for that,
 * and where it covers nothing they are not asked for, since each refusal goes into the audit.
 */
export function useMayAny(): (permission: `${Resource}:${Action}`) => boolean {
  const { data } = useMe();
  return (permission) => data?.grants.some(({ resource, action }) => `${resource}:${action}` === permission) ?? false;
}

/** Figures of a cluster as a whole are for those who see all of it: some names of it are not enough. */
export function useMaySeeWhole(): (cluster: string) => boolean {
  const { data } = useMe();
  return (cluster) =>
    data !== undefined &&
    (['clusters', 'streams'] as const).every(
      (resource) => decide(data.grants, { resource, action: 'read', target: { cluster } }, data.subject.id).allowed,
    );
}
