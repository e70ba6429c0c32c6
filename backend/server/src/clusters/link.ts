import type { NatsConnection } from '@nats-io/transport-node';
import type { CredentialLevel } from '@jetstream-console/contract';
import type { Ctx, Principal } from '../platform/handler';

/** A live connection into one account of one cluster, on the slot of the asker's level. Borrowed: never close it. */
export interface Link {
  readonly clusterId: string;
  readonly nc: NatsConnection;
  /** `$JS.API`, or `$JS.<domain>.API` */
  readonly apiPrefix: string;
  readonly domain: string | null;
  /** where answers may come in; undefined for the client's own default */
  readonly inboxPrefix: string | undefined;
  /** changes whenever settings or credentials do: caches key on it */
  readonly generation: string;
}

/** What of a request decides which connection it gets. */
export interface Asker extends Pick<Ctx, 'level'> {
  readonly principal: Pick<Principal, 'organizationId' | 'organizationVersion'>;
}

export interface Links {
  /**
   * Opens or borrows the account connection for this cluster, on `ctx.level`'s slot.
   * @throws ApiError 404 unknown or foreign cluster, 503 `cluster_unreachable` within 5 s with the reason
   */
  open(ctx: Asker, clusterId: string, level?: CredentialLevel): Promise<Link>;
  /** The system account's connection, or null where the cluster has no credential for it. */
  openSystem(ctx: Asker, clusterId: string): Promise<Link | null>;
}

/** Whether the server of the connection is of this version or a newer one. */
export function isAtLeast({ nc }: Pick<Link, 'nc'>, major: number, minor: number): boolean {
  const [own = 0, ownMinor = 0] = (nc.info?.version ?? '').split('.').map(Number);
  return own > major || (own === major && ownMinor >= minor);
}
