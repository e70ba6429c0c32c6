import {
  builtInRoles,
  grantsOf,
  showScope,
  type Grant,
  type Mapping,
  type Me,
  type Permission,
  type Scope,
} from '@jetstream-console/contract';

export interface Roles {
  readonly custom: ReadonlyMap<string, readonly Permission[]>;
}
export interface Held {
  readonly role: string;
  readonly scope: Scope;
  readonly from: string;
  readonly readOnly?: boolean;
  /** held because of a flag that nobody signed: never more than these */
  readonly cap?: readonly Held[];
}

/** What Grafana's own org roles give where a connection has no mapping of its own for them. */
export const roleDefaults = { Viewer: 'viewer', Editor: 'editor', Admin: 'admin', None: null } as const;

export interface GrafanaSubject {
  readonly kind: 'user' | 'service_account' | 'anonymous';
  readonly identifier: string;
  readonly orgRole: string;
  /** from the unsigned context: they give read at most until a sync has confirmed them */
  readonly teamIds: readonly number[];
  readonly serverAdmin: boolean;
}

function applies(subject: Mapping['subject'], who: GrafanaSubject): boolean {
  switch (subject.kind) {
    case 'org_role':
      return who.kind === 'user' && who.orgRole === subject.role;
    case 'team':
      return who.kind === 'user' && who.teamIds.includes(subject.teamId);
    case 'server_admin':
      return who.kind === 'user' && who.serverAdmin;
    case 'service_account':
      return who.kind === 'service_account' && who.identifier === subject.identifier;
    case 'anonymous':
      return who.kind === 'anonymous';
  }
}

function describe(subject: Mapping['subject']): string {
  switch (subject.kind) {
    case 'org_role':
      return `Grafana role ${subject.role}`;
    case 'team':
      return `Grafana team ${subject.name ?? subject.teamId}`;
    case 'server_admin':
      return 'Grafana server admin';
    case 'service_account':
      return `Grafana service account ${subject.identifier}`;
    case 'anonymous':
      return 'anonymous access to Grafana';
  }
}

/**
 * The roles a Grafana subject holds by a connection's mappings. Org roles fall back to the defaults, where no mapping
 * names that org role; service accounts and anonymous viewers hold nothing that is not mapped by name.
 */
export function rolesFromGrafana(who: GrafanaSubject, mappings: readonly Mapping[]): Held[] {
  const orgAdmin: GrafanaSubject = { ...who, kind: 'user', orgRole: 'Admin', teamIds: [], serverAdmin: false };
  const held = mappings
    .filter((m) => applies(m.subject, who))
    .map((m): Held => ({
      role: m.role,
      scope: m.scope,
      from: describe(m.subject),
      readOnly: m.subject.kind === 'team',
      ...(m.subject.kind === 'server_admin' && { cap: rolesFromGrafana(orgAdmin, mappings) }),
    }));
  const mapped = mappings.some((m) => m.subject.kind === 'org_role' && m.subject.role === who.orgRole);
  const fallback = Object.entries(roleDefaults).find(([role]) => role === who.orgRole)?.[1];
  if (who.kind === 'user' && !mapped && fallback)
    held.unshift({ role: fallback, scope: { kind: 'organization' }, from: `Grafana role ${who.orgRole}` });
  return held;
}

function permissionsOf(role: string, roles: Roles): readonly Permission[] {
  const builtIn = Object.entries(builtInRoles).find(([name]) => name === role)?.[1];
  return builtIn?.permissions ?? roles.custom.get(role) ?? [];
}

/** Whether one grant gives at least what another does, as far as that can be told without looking at any target. */
const coversGrant = (larger: Grant, grant: Grant): boolean =>
  larger.resource === grant.resource &&
  larger.action === grant.action &&
  (larger.scope.kind === 'organization' || showScope(larger.scope) === showScope(grant.scope));

/** Roles as grants, each once. A role that is gone gives nothing. */
export function grantsFrom(held: readonly Held[], roles: Roles): Grant[] {
  const seen = new Map<string, Grant>();
  for (const { role, scope, readOnly, cap } of held) {
    const most = cap === undefined ? null : grantsFrom(cap, roles);
    for (const grant of grantsOf(role, permissionsOf(role, roles), scope)) {
      if (readOnly && grant.action !== 'read') continue;
      if (most !== null && !most.some((larger) => coversGrant(larger, grant))) continue;
      seen.set(`${grant.resource}:${grant.action}:${JSON.stringify(grant.scope)}`, grant);
    }
  }
  return [...seen.values()];
}

export const showRoles = (held: readonly Held[]): Me['roles'] =>
  held.map(({ role, scope, from }) => ({ name: role, scope: showScope(scope), from }));
