import { problemSchema } from '@jetstream-console/contract';

/** Who Grafana holds responsible: `downstream` is the console's surroundings or the asker, `plugin` is us. */
export type Source = 'downstream' | 'plugin';

/** Why there is no answer, in words that a person can act on. */
export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    /** as HTTP would say it */
    readonly status: number,
    readonly source: Source,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** undici and node wrap the error that names the reason */
function reasons(error: unknown): string[] {
  const found: string[] = [];
  let at: unknown = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth++) {
    found.push(codeOf(at));
    if (at instanceof AggregateError) found.push(...at.errors.map(codeOf));
    at = at.cause;
  }
  return found.filter((code) => code !== '');
}

const explanations: readonly (readonly [RegExp, number, string])[] = [
  [
    /^ECONNREFUSED$/,
    502,
    'nothing listens there. Check that the console runs, and that its address in the datasource is right',
  ],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 502, 'its name cannot be resolved from Grafana. Check the address in the datasource'],
  [/^(EHOSTUNREACH|ENETUNREACH|EACCES)$/, 502, 'there is no way to it from Grafana. Check the network between the two'],
  [
    /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/,
    504,
    'it did not take the connection in time. Check the network between Grafana and the console',
  ],
  [
    /^(UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/,
    504,
    'it did not answer in time. Ask for less, or look at the load of the console',
  ],
  [
    /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|HOSTNAME_MISMATCH)/,
    502,
    "its certificate is not trusted. Give Grafana's environment the authority in NODE_EXTRA_CA_CERTS or SSL_CERT_FILE, or mend the certificate",
  ],
  [/^(EPROTO|ERR_SSL)/, 502, 'it does not speak TLS as expected. Check whether its address is http or https'],
  [
    /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/,
    502,
    'the connection broke before the answer was whole. The console may be restarting: try again',
  ],
];

/** What to say when the console could not be asked. */
export function unreachable(apiUrl: string, error: unknown): Failure {
  const codes = reasons(error);
  const known = explanations.find(([pattern]) => codes.some((code) => pattern.test(code)));
  const why = known?.[2] ?? `the request failed (${codes[0] ?? 'no reason given'})`;
  return new Failure(known?.[1] ?? 502, 'downstream', `The console at ${apiUrl} cannot be reached: ${why}.`, {
    cause: error,
  });
}

/** What the console said when it refused: its own words where it gave some. */
export function refused(apiUrl: string, status: number, body: string): Failure {
  // 401 would make Grafana's pages log in anew and send the request again.
  const shown = status === 401 ? 403 : status;
  const source: Source = status === 500 ? 'plugin' : 'downstream';
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return new Failure(502, 'downstream', notTheConsole(apiUrl, status));
  }
  const problem = problemSchema.safeParse(json);
  if (!problem.success) return new Failure(502, 'downstream', notTheConsole(apiUrl, status));
  const { detail, errors, requestId } = problem.data;
  const fields = errors?.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new Failure(
    shown,
    source,
    `${detail}${fields ? ` (${fields})` : ''}${status >= 500 ? ` Request ${requestId}.` : ''}`,
  );
}

export const notTheConsole = (apiUrl: string, status: number): string =>
  `What answers at ${apiUrl} is not the console (status ${status}). Check the address in the datasource, and the proxies on the way.`;
