import { ApiProblem } from '@jetstream-console/contract';

/** The server's own words about one field of the request (`body.urls`, `query.regex`), for showing beside it. */
export function faultOf(error: unknown, ...fields: string[]): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  return error.problem.errors?.find(({ field }) =>
    fields.some((name) => field === name || field.startsWith(`${name}.`)),
  )?.message;
}

/** What a `Field` of Grafana wants to know of it. */
export function fieldFault(error: unknown, ...fields: string[]): { invalid: boolean; error: string | undefined } {
  const fault = faultOf(error, ...fields);
  return { invalid: fault !== undefined, error: fault };
}
