import { ApiProblem, routes } from '@jetstream-console/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { sendBytes } from '../../api/client';
import { bytesOfValue, type TypedValue } from './value';

export interface Put {
  readonly key: string;
  readonly value: TypedValue;
  readonly ttlSeconds: number | undefined;
  /** the revision that was seen; null where the key is to be made */
  readonly basedOn: number | null;
}

/** Puts a value on the revision that was seen, or only where there is none. */
export function usePut(clusterId: string, bucket: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, value, ttlSeconds, basedOn }: Put) =>
      sendBytes(
        routes.putKey,
        {
          params: { clusterId, bucket },
          query: { key, ttlSeconds },
          headers: basedOn === null ? { 'if-none-match': '*' } : { 'if-match': `"${basedOn}"` },
        },
        bytesOfValue(value),
      ),
    onSuccess: () => void client.invalidateQueries(),
  });
}

export type Conflict = NonNullable<ApiProblem['problem']['keyConflict']>;
/** Both sides, where somebody else wrote the key meanwhile. */
export const conflictIn = (error: unknown): Conflict | null =>
  error instanceof ApiProblem ? (error.problem.keyConflict ?? null) : null;
