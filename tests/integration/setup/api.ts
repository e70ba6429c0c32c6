import { randomBytes } from 'node:crypto';
import http from 'node:http';
import {
  apiBase,
  problemSchema,
  routes,
  urlOf,
  type BodyIn,
  type ParamsOf,
  type Problem,
  type QueryIn,
  type ResponseOf,
  type Route,
} from '@jetstream-console/contract';
import { inject } from 'vitest';
import { readConfig, type Config } from '../../../backend/server/src/platform/config';
import { makeLog, type Logger } from '../../../backend/server/src/platform/log';
import { startApi, type Api } from '../../../backend/server/src/server';
import { createDatabase, type TestDatabase } from './database';
import { bearer, sendRaw, type Answer, type Headers, type Outgoing } from './http';

type Callable = Pick<Route, 'method' | 'path' | 'params' | 'query' | 'body' | 'response' | 'status'>;
export type Input<T> = { params?: ParamsOf<T>; query?: QueryIn<T>; body?: BodyIn<T> };

export const adminLogin = { login: 'root', password: 'correct horse battery' } as const;

export interface TestApi {
  readonly url: string;
  readonly config: Config;
  readonly database: TestDatabase;
  /** token of the installation's administrator */
  readonly admin: string;
  readonly organizationId: string;
  /** the answer as it is, whatever its status; `who` is a session token, or headers */
  ask<T extends Callable>(route: T, input?: Input<T>, who?: string | Headers): Promise<Answer>;
  /** the answer of a call that succeeds, held against the route's schema. @throws where it does not succeed */
  get<T extends Callable>(route: T, input?: Input<T>, who?: string | Headers): Promise<ResponseOf<T>>;
  /** the problem of a call that is refused. @throws where it succeeds */
  refused<T extends Callable>(route: T, input?: Input<T>, who?: string | Headers): Promise<Problem>;
  send(request: Outgoing): Promise<Answer>;
  login(login: string, password: string): Promise<string>;
  stop(): Promise<void>;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The environment of an api on the shared engines, with a database and a master key of its own. */
export function environmentOf(databaseUrl: string, extra: Env = {}): Env {
  const engines = inject('engines');
  return {
    CONSOLE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
    DATABASE_URL: databaseUrl,
    CLICKHOUSE_URL: engines.clickhouseUrl,
    REDIS_URL: engines.redisUrl,
    NATS_URL: engines.natsUrl,
    CONSOLE_MASTER_KEY: randomBytes(32).toString('base64'),
    CONSOLE_ADMIN_LOGIN: adminLogin.login,
    CONSOLE_ADMIN_PASSWORD: adminLogin.password,
    RATE_LIMIT_ADDRESS_PER_MINUTE: '1000000',
    RATE_LIMIT_PRINCIPAL_PER_MINUTE: '1000000',
    ...extra,
  };
}

export function parseProblem(answer: Answer): Problem {
  if (!/^application\/problem\+json/.test(String(answer.headers['content-type'])))
    throw new Error(`no problem but ${answer.status} ${answer.text.slice(0, 300)}`);
  return problemSchema.parse(answer.json());
}

const headersOf = (who: string | Headers | undefined): Headers => (typeof who === 'string' ? bearer(who) : (who ?? []));

/** Calls into an api that listens at `url`. */
export function clientOf(url: string, agent: http.Agent) {
  const send = (request: Outgoing) => sendRaw(url, request, agent);
  const ask = <T extends Callable>(route: T, input: Input<T> = {}, who?: string | Headers): Promise<Answer> =>
    send({
      method: route.method,
      path: apiBase + urlOf(route, Object(input.params), Object(input.query)),
      headers: [
        ...headersOf(who),
        ...(input.body === undefined ? [] : [['content-type', 'application/json'] as const]),
      ],
      ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
    });
  return {
    send,
    ask,
    get: async <T extends Callable>(route: T, input?: Input<T>, who?: string | Headers): Promise<ResponseOf<T>> => {
      const answer = await ask(route, input, who);
      if (answer.status !== route.status)
        throw new Error(`${route.method} ${route.path} answered ${answer.status}: ${answer.text.slice(0, 600)}`);
      return route.response.parse(answer.json()) as ResponseOf<T>;
    },
    refused: async <T extends Callable>(route: T, input?: Input<T>, who?: string | Headers): Promise<Problem> =>
      parseProblem(await ask(route, input, who)),
    login: async (login: string, password: string): Promise<string> => {
      const answer = await ask(routes.login, { body: { login, password } });
      if (answer.status !== 200) throw new Error(`log-in answered ${answer.status}: ${answer.text}`);
      return routes.login.response.parse(answer.json()).accessToken;
    },
  };
}

/** An api in this process, on a port and a database of its own. */
export async function startTestApi(
  options: { env?: Env; database?: TestDatabase; log?: Logger; now?: () => number } = {},
): Promise<TestApi> {
  const database = options.database ?? (await createDatabase());
  const config = readConfig(environmentOf(database.url, options.env));
  const api: Api = await startApi(config, options.log ?? makeLog(config, 'api'), options.now);
  const url = `http://127.0.0.1:${api.port}`;
  // Given up before the api closes an idle connection under a request that is on its way.
  const agent = new http.Agent({ keepAlive: true, timeout: 2000 });
  const client = clientOf(url, agent);
  const logged = await client.ask(routes.login, { body: { ...adminLogin } });
  const stop = async () => {
    agent.destroy();
    await api.stop();
    if (!options.database) await database.drop();
  };
  if (logged.status !== 200) {
    await stop();
    throw new Error(`the administrator cannot log in: ${logged.text}`);
  }
  const { accessToken, organizationId } = routes.login.response.parse(logged.json());
  return {
    ...client,
    url,
    config,
    database,
    admin: accessToken,
    organizationId,
    stop,
  };
}
