import { decide, type Permission, type Target } from '@jetstream-console/contract';
import { useMe } from '../../api/hooks';

/** The whole of a target, and not some names in it: what is for all streams, or for all clusters, takes the right over all. */
function useMayWhole(): (permission: Permission, target: Target) => boolean {
  const { data } = useMe();
  return (permission, target) =>
    data !== undefined && decide(data.grants, { ...permission, target }, data.subject.id).allowed;
}

/** Whether a binding of this stream, or of all of the cluster (null), may be made, changed and deleted. */
export function useMayBind(cluster: string): (stream: string | null) => boolean {
  const may = useMayWhole();
  return (stream) =>
    may({ resource: 'streams', action: 'update' }, { cluster, ...(stream !== null && { name: stream }) });
}

/** Descriptor sets belong to the organization. */
export const useMayKeepSets = (): boolean => useMayWhole()({ resource: 'clusters', action: 'update' }, {});
