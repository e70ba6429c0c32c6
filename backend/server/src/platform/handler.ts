import type {
  BodyOf,
  Decision,
  Grant,
  Me,
  ParamsOf,
  Permission,
  QueryOf,
  ResponseOf,
  Route,
  Target,
} from '@jetstream-console/contract';

/** Who asks, however they proved it. Made by identity, read by everyone else. */
export interface Principal {
  readonly organizationId: string;
  readonly subject: Me['subject'];
  readonly roles: Me['roles'];
  readonly teams: Me['teams'];
  readonly grants: readonly Grant[];
  /** of the organization, as read with the identity: what is kept in memory of it is good for this version alone */
  readonly organizationVersion: string;
  readonly installationAdmin: boolean;
  readonly via: Me['via'];
  readonly expiresAt: string | null;
  /** set for password sessions: what logout ends */
  readonly sessionId?: string;
}

/** What a handler knows besides its input. */
export interface Ctx {
  readonly principal: Principal;
  readonly requestId: string;
  /** aborts when the client is gone or the server stops: pass it on to everything that waits */
  readonly signal: AbortSignal;
  readonly ip: string;
  readonly userAgent: string;
  /** what the client would like to get, as it says */
  readonly accept: string;
  /** the route's credential level; what `links.open` hands out never goes above it */
  readonly level: Route['credential'];
  /** the full question for one item, for lists and scans */
  decide(permission: Permission, target: Target): Decision;
  /** throws 403, which the router audits as denied */
  require(permission: Permission, target: Target): void;
  /** kept in the audit record of this act; secrets do not belong in it */
  changed(before: unknown, after: unknown): void;
}

export interface Input<T> {
  readonly params: ParamsOf<T>;
  readonly query: QueryOf<T>;
  readonly body: BodyOf<T>;
}

/** An answer that is sent as it is, part by part: large, or no JSON at all. */
export class Raw {
  constructor(
    readonly type: string,
    readonly parts: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  ) {}
}

/** Routes that send events get `emit`, which waits while the client reads slower than we write. */
export type Handler<T> = T extends { sends: 'events' }
  ? (input: Input<T>, ctx: Ctx, emit: (event: ResponseOf<T>) => Promise<void>) => Promise<void>
  : (input: Input<T>, ctx: Ctx, emit: (event: ResponseOf<T>) => Promise<void>) => Promise<ResponseOf<T> | Raw | void>;

export type Handlers<T> = { readonly [K in keyof T]: Handler<T[K]> };
