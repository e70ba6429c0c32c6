import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Finding, Mapping, Permission, Scope } from '@jetstream-console/contract';
import type { ClusterTables } from '../clusters/schema';
import type { DeadLetterTables } from '../jetstream/deadLetters/schema';

type Made = ColumnType<Date, Date | undefined, Date>;
type Json<T> = ColumnType<T, string, string>;

interface Organizations {
  id: Generated<string>;
  name: string;
  /** null: as long as the tables keep samples */
  retention_days: number | null;
  retention_changed_at: Date | null;
  /** when the rows that were there already were told of it */
  retention_applied_at: Date | null;
  /** grows with every change of roles, bindings, teams or mappings: cached decisions end at once */
  access_version: Generated<string>;
  created_at: Made;
}
interface Users {
  id: Generated<string>;
  org_id: string;
  source: 'local' | 'grafana';
  connection_id: string | null;
  identifier: string | null;
  kind: Generated<'user' | 'service_account'>;
  login: string;
  name: string;
  email: string | null;
  password_hash: string | null;
  active: Generated<boolean>;
  installation_admin: Generated<boolean>;
  created_at: Made;
  last_seen_at: Date | null;
  /** of Grafana, as the newest token of this person said it */
  org_role: Generated<string | null>;
}
interface LiveTickets {
  path_hash: Buffer;
  org_id: string;
  user_id: string;
  query: Json<unknown>;
  created_at: Made;
  expires_at: Date;
}
interface ScrapeTokens {
  id: Generated<string>;
  org_id: string;
  name: string;
  token_hash: Buffer;
  prefix: string;
  all_accounts: boolean;
  created_at: Made;
  last_used_at: Date | null;
}
interface ProtobufDescriptors {
  id: Generated<string>;
  org_id: string;
  name: string;
  /** grows with every new content */
  revision: Generated<number>;
  /** the FileDescriptorSet, without comments */
  content: Buffer;
  files: number;
  /** names of its message types */
  types: string[];
  by_user: string | null;
  by_name: string;
  uploaded_at: Made;
}
interface ProtobufBindings {
  id: Generated<string>;
  org_id: string;
  cluster_id: string;
  /** null: any stream of the cluster */
  stream: string | null;
  subject: string;
  descriptor_id: string;
  type: string;
  by_user: string | null;
  by_name: string;
  changed_at: Made;
}
interface FindingSilences {
  id: Generated<string>;
  org_id: string;
  cluster_id: string;
  /** SHA-256 of `finding`, which is too long for a key */
  finding_hash: Buffer;
  finding: string;
  rule: string;
  title: string;
  subject: Json<Finding['subject']>;
  reason: string;
  by_user: string | null;
  by_name: string;
  silenced_at: Made;
  expires_at: Date;
}
interface GrafanaConnections {
  id: string;
  org_id: string;
  name: string;
  grafana_url: string;
  issuer: string;
  jwks_url: string;
  grafana_org_id: number;
  proxy_secret_hash: Buffer;
  gateway_secret_sealed: string;
  created_at: Made;
  rotated_at: Made;
  last_seen_at: Date | null;
}
interface RoleMappings {
  id: Generated<string>;
  org_id: string;
  connection_id: string;
  position: number;
  subject: Json<Mapping['subject']>;
  role: string;
  scope: Json<Scope>;
}
interface Teams {
  id: Generated<string>;
  org_id: string;
  name: string;
  created_at: Made;
}
interface TeamMembers {
  org_id: string;
  team_id: string;
  user_id: string;
}
interface Roles {
  org_id: string;
  name: string;
  description: string;
  permissions: Json<Permission[]>;
  created_at: Made;
}
interface RoleBindings {
  id: Generated<string>;
  org_id: string;
  subject_kind: 'user' | 'team';
  subject_id: string;
  role: string;
  scope: Json<Scope>;
  created_at: Made;
}
interface Sessions {
  id: Generated<string>;
  org_id: string;
  user_id: string;
  token_hash: Buffer;
  created_at: Made;
  expires_at: Date;
  revoked_at: Date | null;
  ip: string;
  user_agent: string;
}
interface LoginThrottle {
  key: string;
  failures: number;
  since: Date;
  blocked_until: Date | null;
}
export type AuditStatus = 'pending' | 'success' | 'failure' | 'denied';
interface AuditOutbox {
  id: Generated<string>;
  org_id: string;
  time: Made;
  user_id: string | null;
  login: string | null;
  via: string;
  action: string;
  resource: string | null;
  cluster_id: string | null;
  status: AuditStatus;
  error: string | null;
  ip: string;
  user_agent: string;
  request_id: string;
  changes: Json<unknown> | null;
  completed_at: Date | null;
  shipped_at: Date | null;
  thing: GeneratedAlways<string | null>;
  part: GeneratedAlways<string | null>;
  made: GeneratedAlways<string | null>;
}

export interface Database extends ClusterTables, DeadLetterTables {
  organizations: Organizations;
  users: Users;
  grafana_connections: GrafanaConnections;
  role_mappings: RoleMappings;
  teams: Teams;
  team_members: TeamMembers;
  roles: Roles;
  role_bindings: RoleBindings;
  sessions: Sessions;
  login_throttle: LoginThrottle;
  audit_outbox: AuditOutbox;
  live_tickets: LiveTickets;
  scrape_tokens: ScrapeTokens;
  finding_silences: FindingSilences;
  protobuf_descriptors: ProtobufDescriptors;
  protobuf_bindings: ProtobufBindings;
}
