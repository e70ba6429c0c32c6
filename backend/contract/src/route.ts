import { z } from 'zod';
import type { Action, Resource } from './access';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The NATS credential a route may go out on, never a higher one; `none` does not speak to a managed cluster. */
export type CredentialLevel = 'none' | 'read' | 'operate' | 'admin';

/**
 * One permission a route needs. `cluster` and `name` tell which path parameters say the target;
 * `each` marks routes that answer many items or scan: they pass when some grant could match, and the
 * handler asks the full question for every item before it leaves the server.
 */
export interface Need {
  readonly resource: Resource;
  readonly action: Action;
  readonly cluster?: string;
  readonly name?: string;
  readonly each?: boolean;
}

/** `public`: anyone. `principal`: any known principal, whatever its roles. Else: every need must be met. */
export type Access = 'public' | 'principal' | readonly Need[];

/** `json`: one JSON body, read before the act; `bytes`: a body of any size and type, which the act reads part by part. */
export type Takes = 'json' | 'bytes';

/**
 * `json`; `events`: server-sent events whose data are `response` objects; `frames`: JSON, or by `Accept` the binary form
 * that `framesMediaType` describes; `text`: plain text; `bytes`: bytes of any type, part by part.
 */
export type Sends = 'json' | 'events' | 'frames' | 'text' | 'bytes';

/** One permission, anywhere in the organization. */
export const may = (resource: Resource, action: Action): readonly Need[] => [{ resource, action }];

type Shape = z.ZodType;
/** Request headers that a route goes by, under their names in lower case. */
type HeaderShape = z.ZodObject;

export interface Route<
  P extends Shape = Shape,
  Q extends Shape = Shape,
  B extends Shape = Shape,
  R extends Shape = Shape,
  H extends HeaderShape = HeaderShape,
> {
  readonly id: string;
  readonly method: Method;
  /** below /api/v1, Express style */
  readonly path: string;
  readonly summary: string;
  readonly params: P;
  readonly query: Q;
  readonly headers: H;
  readonly body: B;
  readonly takes: Takes;
  readonly response: R;
  readonly access: Access;
  readonly credential: CredentialLevel;
  /** the act's name in the audit; null where nothing changes. Denied acts are audited on every route. */
  readonly audit: string | null;
  readonly status: number;
  readonly sends: Sends;
}

type Given<P, Q, B, R, H> = {
  method: Method;
  path: string;
  summary: string;
  access: Access;
  response: R;
  params?: P;
  query?: Q;
  headers?: H;
  body?: B;
  takes?: Takes;
  credential?: CredentialLevel;
  audit?: string | null;
  status?: number;
  sends?: Sends;
};

const nothing = z.strictObject({});
const noBody = z.undefined();
export type Nothing = typeof nothing;
export type NoBody = typeof noBody;

/** Declares a route once; router, validation, authorization, audit, OpenAPI, docs and client come from it. */
export function route<
  R extends Shape,
  P extends Shape = Nothing,
  Q extends Shape = Nothing,
  B extends Shape = NoBody,
  H extends HeaderShape = Nothing,
>(given: Given<P, Q, B, R, H>): Omit<Route<P, Q, B, R, H>, 'id'> {
  if (given.method !== 'GET' && given.audit === undefined) {
    throw new Error(
      `${given.method} ${given.path} changes something and names no audit act (null says that it changes nothing)`,
    );
  }
  return {
    credential: 'none',
    status: 200,
    takes: 'json',
    sends: 'json',
    ...given,
    audit: given.audit ?? null,
    params: given.params ?? (nothing as Shape as P),
    query: given.query ?? (nothing as Shape as Q),
    headers: given.headers ?? (nothing as HeaderShape as H),
    body: given.body ?? (noBody as Shape as B),
  };
}

/** Gives each route of a table its key as id. */
export function table<T extends Record<string, Omit<Route, 'id'>>>(routes: T): { [K in keyof T]: T[K] & { id: K } } {
  return Object.fromEntries(Object.entries(routes).map(([id, r]) => [id, { ...r, id }])) as {
    [K in keyof T]: T[K] & { id: K };
  };
}

export type ParamsOf<T> = T extends { params: infer P extends z.ZodType } ? z.output<P> : never;
export type QueryOf<T> = T extends { query: infer Q extends z.ZodType } ? z.output<Q> : never;
export type BodyOf<T> = T extends { body: infer B extends z.ZodType } ? z.output<B> : never;
export type HeadersOf<T> = T extends { headers: infer H extends z.ZodObject } ? z.output<H> : never;
export type ResponseOf<T> = T extends { response: infer R extends z.ZodType } ? z.output<R> : never;
export type QueryIn<T> = T extends { query: infer Q extends z.ZodType } ? z.input<Q> : never;
export type BodyIn<T> = T extends { body: infer B extends z.ZodType } ? z.input<B> : never;
