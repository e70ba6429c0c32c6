import type { ClusterSettings, Slot } from '@jetstream-console/contract';
import type { ColumnType, Generated } from 'kysely';

type Json<T> = ColumnType<T, string, string>;
type Made = ColumnType<Date, Date | undefined, Date>;

interface Clusters {
  id: Generated<string>;
  org_id: string;
  name: string;
  urls: Json<string[]>;
  tls: Json<ClusterSettings['tls']>;
  inbox_prefix: string | null;
  domain: string | null;
  read_only: boolean;
  allow_kick: boolean;
  labels: Json<Record<string, string>>;
  /** grows with every change, credentials included */
  version: Generated<number>;
  created_at: Made;
  updated_at: Made;
}
interface ClusterCredentials {
  org_id: string;
  cluster_id: string;
  slot: Slot;
  /** what may be shown: the kind, and a hint such as the user's name */
  kind: string;
  hint: string;
  sealed: string;
  updated_at: Made;
}
export interface ClusterTables {
  clusters: Clusters;
  cluster_credentials: ClusterCredentials;
}
