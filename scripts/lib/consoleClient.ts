import { ApiProblem, apiBase, makeClient, problemSchema, routes, type Client } from '@jetstream-console/contract';

/** The typed client over plain fetch, with a session's token. Rejects with ApiProblem. */
export function consoleClient(apiUrl: string, token?: string): Client {
  return makeClient(async ({ method, url, body, signal }) => {
    const answer = await fetch(`${apiUrl}${apiBase}${url}`, {
      method,
      signal,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const json: unknown = await answer.json();
    if (!answer.ok) throw new ApiProblem(problemSchema.parse(json));
    return json;
  });
}

export async function logIn(apiUrl: string, account: { login: string; password: string }) {
  const { accessToken, organizationId } = await consoleClient(apiUrl)(routes.login, { body: account });
  return { call: consoleClient(apiUrl, accessToken), accessToken, organizationId };
}
