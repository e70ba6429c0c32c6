import type {
  BodyOf,
  Decision,
  Grant,
  HeadersOf,
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
  /** the full question for one thing */
  decide(permission: Permission, target: Target): Decision;
  /** the same for each of many that share a target, for lists and scans: `decideEach` of the contract */
  each(permission: Permission, target: Target): (member: Target) => boolean;
  /** throws 403, which the router audits as denied */
  require(permission: Permission, target: Target): void;
  /** what is sent to a route that takes bytes: read once, part by part, so that nobody holds the whole of it */
  readonly upload: Upload;
  /** kept in the audit record of this act; secrets do not belong in it */
  changed(before: unknown, after: unknown): void;
}

/** A body that is not read yet. */
export interface Upload {
  /** bytes in all, where the client says so */
  readonly length: number | null;
  /** @throws ApiError 499 where the client goes away, 408 where nothing comes for a minute */
  readonly parts: AsyncIterable<Buffer>;
}

export interface Input<T> {
  readonly params: ParamsOf<T>;
  readonly query: QueryOf<T>;
  readonly headers: HeadersOf<T>;
  readonly body: BodyOf<T>;
}

/** An answer that is sent as it is, part by part: large, or no JSON at all. */
export class Raw {
  constructor(
    readonly type: string,
    readonly parts: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
    /** a status in the place of the route's own, and headers besides the type */
    readonly rest: {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** called once before the audit record is completed: where the act keeps there what was sent */
      readonly account?: (sent: Sent) => void;
    } = {},
  ) {}
}

/** What of an answer left the server. */
export interface Sent {
  readonly bytes: number;
  /** `stopped`: the client went away, or the server was stopped */
  readonly why: 'end' | 'stopped' | 'failed';
}

/** Routes that send events get `emit`, which waits while the client reads slower than we write. */
export type Handler<T> = T extends { sends: 'events' }
  ? (input: Input<T>, ctx: Ctx, emit: (event: ResponseOf<T>) => Promise<void>) => Promise<void>
  : (input: Input<T>, ctx: Ctx, emit: (event: ResponseOf<T>) => Promise<void>) => Promise<ResponseOf<T> | Raw | void>;

export type Handlers<T> = { readonly [K in keyof T]: Handler<T[K]> };

/** How large a JSON body may be where that is more than usual, and what is said of one that is larger. */
export interface BodyLimit {
  readonly bytes: number;
  readonly sentence: string;
}
/** Asked for a body that is larger than usual, before it is read on. */
export type BodyLimits<T> = {
  readonly [K in keyof T]?: (params: ParamsOf<T[K]>, ctx: Ctx) => Promise<BodyLimit>;
};
