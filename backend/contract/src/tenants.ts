import { z } from 'zod';
import { done, id, instant, label, loginName, orgParams, page, pageQuery } from './common';
import { permissionSchema, scopeSchema, type Action, type Resource } from './access';
import { route, table } from './route';

const org = z.object({ id, name: z.string(), createdAt: instant });
const httpUrl = z.url({ protocol: /^https?$/, error: 'an http or https URL' }).max(2048);

export const connectionSchema = z.object({
  id,
  name: z.string(),
  grafanaUrl: z.string(),
  issuer: z.string(),
  jwksUrl: z.string(),
  grafanaOrgId: z.number().int(),
  createdAt: instant,
  rotatedAt: instant,
  lastSeenAt: instant.nullable(),
  /** what Grafana's org roles mean here, before team and user mappings */
  roleDefaults: z.object({ Viewer: z.string(), Editor: z.string(), Admin: z.string(), None: z.null() }),
});
const connectionInput = {
  name: label,
  grafanaUrl: httpUrl.describe('where people reach this Grafana'),
  issuer: httpUrl.describe("the `iss` of its id tokens: Grafana's root_url, to the letter").optional(),
  jwksUrl: httpUrl
    .describe('where this server reaches its signing keys; <grafanaUrl>/api/signing-keys/keys where absent')
    .optional(),
  grafanaOrgId: z.int().min(1).default(1),
};

const mappingSubject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('org_role'), role: z.enum(['Viewer', 'Editor', 'Admin']) }),
  z.strictObject({ kind: z.literal('team'), teamId: z.int().min(1), name: z.string().max(190).optional() }),
  z.strictObject({ kind: z.literal('server_admin') }),
  z.strictObject({ kind: z.literal('service_account'), identifier: z.string().min(1).max(190) }),
  z.strictObject({ kind: z.literal('anonymous') }),
]);
export const mappingSchema = z.strictObject({
  subject: mappingSubject,
  role: z.string().min(1).max(64),
  scope: scopeSchema,
});
export type Mapping = z.infer<typeof mappingSchema>;

const connectionParams = orgParams.extend({ connectionId: id });
const userSchema = z.object({
  id,
  login: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  source: z.enum(['local', 'grafana']),
  connectionId: id.nullable(),
  active: z.boolean(),
  createdAt: instant,
  lastSeenAt: instant.nullable(),
});
const teamSchema = z.object({ id, name: z.string(), memberCount: z.number().int(), createdAt: instant });
const roleSchema = z.object({
  name: z.string(),
  description: z.string(),
  builtIn: z.boolean(),
  permissions: z.array(permissionSchema),
});
const roleName = z.string().regex(/^[a-z][a-z0-9_-]{1,62}$/, 'lower-case letters, digits, _ and -');
const bindingSchema = z.object({
  id,
  subject: z.object({ kind: z.enum(['user', 'team']), id, name: z.string() }),
  role: z.string(),
  scope: scopeSchema,
  createdAt: instant,
});

const may = (resource: Resource, action: Action) => [{ resource, action }] as const;

export const tenantRoutes = table({
  listOrganizations: route({
    method: 'GET',
    path: '/organizations',
    summary: 'My organization; all of them for the administrator of the installation',
    access: 'principal',
    response: z.object({ items: z.array(org) }),
  }),
  createOrganization: route({
    method: 'POST',
    path: '/organizations',
    summary: 'Make an organization (the administrator of the installation alone)',
    access: may('organizations', 'create'),
    audit: 'organization.create',
    status: 201,
    body: z.strictObject({
      name: label,
      admin: z
        .strictObject({
          login: loginName,
          password: z.string().min(12, 'at least 12 characters').max(1024),
        })
        .describe('its first administrator, a local account'),
    }),
    response: org,
  }),
  getOrganization: route({
    method: 'GET',
    path: '/organizations/:organizationId',
    summary: 'One organization',
    params: orgParams,
    access: may('organizations', 'read'),
    response: org,
  }),
  updateOrganization: route({
    method: 'PATCH',
    path: '/organizations/:organizationId',
    summary: 'Rename an organization',
    params: orgParams,
    access: may('organizations', 'update'),
    audit: 'organization.update',
    body: z.strictObject({ name: label }),
    response: org,
  }),

  listConnections: route({
    method: 'GET',
    path: '/organizations/:organizationId/grafana-connections',
    summary: 'Grafana orgs bound to this organization',
    params: orgParams,
    access: may('mappings', 'read'),
    response: z.object({ items: z.array(connectionSchema) }),
  }),
  createConnection: route({
    method: 'POST',
    path: '/organizations/:organizationId/grafana-connections',
    summary: 'Bind a Grafana org; answers the connection string, this once',
    params: orgParams,
    access: may('mappings', 'manage'),
    audit: 'grafana_connection.create',
    status: 201,
    body: z.strictObject(connectionInput),
    response: connectionSchema.extend({ connectionString: z.string(), provisioning: z.string() }),
  }),
  updateConnection: route({
    method: 'PATCH',
    path: '/organizations/:organizationId/grafana-connections/:connectionId',
    summary: 'Change a connection',
    params: connectionParams,
    access: may('mappings', 'manage'),
    audit: 'grafana_connection.update',
    body: z.strictObject({ ...connectionInput, grafanaOrgId: z.int().min(1) }).partial(),
    response: connectionSchema,
  }),
  deleteConnection: route({
    method: 'DELETE',
    path: '/organizations/:organizationId/grafana-connections/:connectionId',
    summary: 'Unbind a Grafana org: its people lose access at once',
    params: connectionParams,
    access: may('mappings', 'manage'),
    audit: 'grafana_connection.delete',
    response: done,
  }),
  rotateConnection: route({
    method: 'POST',
    path: '/organizations/:organizationId/grafana-connections/:connectionId/rotate',
    summary: 'New secrets; the old ones end at once',
    params: connectionParams,
    access: may('mappings', 'manage'),
    audit: 'grafana_connection.rotate',
    response: z.object({ connectionString: z.string(), provisioning: z.string() }),
  }),
  testConnection: route({
    method: 'POST',
    path: '/organizations/:organizationId/grafana-connections/:connectionId/test',
    summary: "Reach this Grafana's signing keys",
    params: connectionParams,
    access: may('mappings', 'manage'),
    audit: 'grafana_connection.test',
    response: z.object({
      ok: z.boolean(),
      stages: z.array(z.object({ stage: z.string(), ok: z.boolean(), detail: z.string() })),
    }),
  }),
  getMappings: route({
    method: 'GET',
    path: '/organizations/:organizationId/grafana-connections/:connectionId/role-mappings',
    summary: 'What Grafana roles and teams may do here',
    params: connectionParams,
    access: may('mappings', 'read'),
    response: z.object({ items: z.array(mappingSchema) }),
  }),
  putMappings: route({
    method: 'PUT',
    path: '/organizations/:organizationId/grafana-connections/:connectionId/role-mappings',
    summary: 'Replace the mappings; holds from the next request',
    params: connectionParams,
    access: may('mappings', 'manage'),
    audit: 'role_mappings.update',
    body: z.strictObject({ items: z.array(mappingSchema).max(500) }),
    response: z.object({ items: z.array(mappingSchema) }),
  }),

  listUsers: route({
    method: 'GET',
    path: '/users',
    summary: 'People of this organization',
    access: may('users', 'read'),
    query: z.strictObject({ ...pageQuery, search: z.string().max(120).optional() }),
    response: page(userSchema),
  }),
  createUser: route({
    method: 'POST',
    path: '/users',
    summary: 'Make a local account',
    access: may('users', 'create'),
    audit: 'user.create',
    status: 201,
    body: z.strictObject({
      login: loginName,
      name: label,
      password: z.string().min(12, 'at least 12 characters').max(1024),
      role: roleName.default('viewer'),
    }),
    response: userSchema,
  }),
  getUser: route({
    method: 'GET',
    path: '/users/:userId',
    summary: 'One person',
    params: z.strictObject({ userId: id }),
    access: may('users', 'read'),
    response: userSchema,
  }),
  updateUser: route({
    method: 'PATCH',
    path: '/users/:userId',
    summary: 'Switch an account on or off; off ends its sessions',
    params: z.strictObject({ userId: id }),
    access: may('users', 'update'),
    audit: 'user.update',
    body: z.strictObject({ active: z.boolean() }),
    response: userSchema,
  }),

  listTeams: route({
    method: 'GET',
    path: '/teams',
    summary: 'Teams',
    access: may('teams', 'read'),
    response: z.object({ items: z.array(teamSchema) }),
  }),
  createTeam: route({
    method: 'POST',
    path: '/teams',
    summary: 'Make a team',
    access: may('teams', 'create'),
    audit: 'team.create',
    status: 201,
    body: z.strictObject({ name: label }),
    response: teamSchema,
  }),
  updateTeam: route({
    method: 'PATCH',
    path: '/teams/:teamId',
    summary: 'Rename a team',
    params: z.strictObject({ teamId: id }),
    access: may('teams', 'update'),
    audit: 'team.update',
    body: z.strictObject({ name: label }),
    response: teamSchema,
  }),
  deleteTeam: route({
    method: 'DELETE',
    path: '/teams/:teamId',
    summary: 'Delete a team and its bindings',
    params: z.strictObject({ teamId: id }),
    access: may('teams', 'delete'),
    audit: 'team.delete',
    response: done,
  }),
  listTeamMembers: route({
    method: 'GET',
    path: '/teams/:teamId/members',
    summary: 'Members of a team',
    params: z.strictObject({ teamId: id }),
    access: may('teams', 'read'),
    response: z.object({ items: z.array(userSchema) }),
  }),
  addTeamMember: route({
    method: 'POST',
    path: '/teams/:teamId/members',
    summary: 'Add a person of this organization',
    params: z.strictObject({ teamId: id }),
    access: may('teams', 'update'),
    audit: 'team.member_add',
    body: z.strictObject({ userId: id }),
    response: done,
  }),
  removeTeamMember: route({
    method: 'DELETE',
    path: '/teams/:teamId/members/:userId',
    summary: 'Take a person out of a team',
    params: z.strictObject({ teamId: id, userId: id }),
    access: may('teams', 'update'),
    audit: 'team.member_remove',
    response: done,
  }),

  listRoles: route({
    method: 'GET',
    path: '/roles',
    summary: 'Built-in and own roles',
    access: may('roles', 'read'),
    response: z.object({ items: z.array(roleSchema) }),
  }),
  createRole: route({
    method: 'POST',
    path: '/roles',
    summary: 'Make a role',
    access: may('roles', 'create'),
    audit: 'role.create',
    status: 201,
    body: z.strictObject({
      name: roleName,
      description: z.string().max(500).default(''),
      permissions: z.array(permissionSchema).min(1).max(300),
    }),
    response: roleSchema,
  }),
  updateRole: route({
    method: 'PATCH',
    path: '/roles/:role',
    summary: 'Change an own role',
    params: z.strictObject({ role: roleName }),
    access: may('roles', 'update'),
    audit: 'role.update',
    body: z.strictObject({
      description: z.string().max(500).optional(),
      permissions: z.array(permissionSchema).min(1).max(300).optional(),
    }),
    response: roleSchema,
  }),
  deleteRole: route({
    method: 'DELETE',
    path: '/roles/:role',
    summary: 'Delete an own role and its bindings',
    params: z.strictObject({ role: roleName }),
    access: may('roles', 'delete'),
    audit: 'role.delete',
    response: done,
  }),
  listBindings: route({
    method: 'GET',
    path: '/role-bindings',
    summary: 'Who holds which role where',
    access: may('roles', 'read'),
    response: z.object({ items: z.array(bindingSchema) }),
  }),
  createBinding: route({
    method: 'POST',
    path: '/role-bindings',
    summary: 'Give a role to a person or team',
    access: may('roles', 'manage'),
    audit: 'role_binding.create',
    status: 201,
    body: z.strictObject({
      subject: z.strictObject({ kind: z.enum(['user', 'team']), id }),
      role: roleName,
      scope: scopeSchema,
    }),
    response: bindingSchema,
  }),
  deleteBinding: route({
    method: 'DELETE',
    path: '/role-bindings/:bindingId',
    summary: 'Take a role away',
    params: z.strictObject({ bindingId: id }),
    access: may('roles', 'manage'),
    audit: 'role_binding.delete',
    response: done,
  }),

  listAudit: route({
    method: 'GET',
    path: '/audit/logs',
    summary: 'Who did what, newest first',
    access: may('audit_logs', 'read'),
    query: z.strictObject({
      ...pageQuery,
      action: z.string().max(64).optional(),
      user: id.optional(),
      cluster: id.optional(),
      status: z.enum(['pending', 'success', 'failure', 'denied']).optional(),
      from: instant.optional(),
      to: instant.optional(),
    }),
    response: page(
      z.object({
        id,
        time: instant,
        userId: id.nullable(),
        login: z.string().nullable(),
        action: z.string(),
        resource: z.string().nullable(),
        cluster: id.nullable(),
        status: z.enum(['pending', 'success', 'failure', 'denied']),
        error: z.string().nullable(),
        ip: z.string(),
        userAgent: z.string(),
        requestId: z.string(),
        via: z.string(),
        changes: z.unknown().nullable(),
      }),
    ),
  }),
});
