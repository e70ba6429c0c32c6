import type { grafanaConnectionRoutes, peopleRoutes, roleRoutes, tenantRoutes } from '@jetstream-console/contract';
import type { Handlers } from '../platform/handler';
import * as connections from './connections';
import { testConnection } from './connectionTest';
import * as mappings from './mappings';
import * as organizations from './organizations';
import * as people from './people';
import * as roles from './roles';

const ok = { ok: true } as const;

type TenantRoutes = typeof tenantRoutes & typeof grafanaConnectionRoutes & typeof peopleRoutes & typeof roleRoutes;

export function tenantHandlers(deps: connections.ConnectionDeps): Handlers<TenantRoutes> {
  const { pg } = deps;
  return {
    listOrganizations: (_, ctx) => organizations.listOrganizations(pg, ctx),
    createOrganization: ({ body }, ctx) => organizations.createOrganization(pg, ctx, body),
    getOrganization: ({ params }, ctx) => organizations.getOrganization(pg, ctx, params.organizationId),
    updateOrganization: ({ params, body }, ctx) =>
      organizations.renameOrganization(pg, ctx, params.organizationId, body.name),

    listConnections: ({ params }, ctx) => connections.listConnections(deps, ctx, params.organizationId),
    createConnection: ({ params, body }, ctx) => connections.createConnection(deps, ctx, params.organizationId, body),
    updateConnection: ({ params, body }, ctx) =>
      connections.updateConnection(deps, ctx, params.organizationId, params.connectionId, body),
    deleteConnection: async ({ params }, ctx) => {
      await connections.deleteConnection(deps, ctx, params.organizationId, params.connectionId);
      return ok;
    },
    rotateConnection: ({ params }, ctx) =>
      connections.rotateConnection(deps, ctx, params.organizationId, params.connectionId),
    testConnection: ({ params }, ctx) => testConnection(deps, ctx, params.organizationId, params.connectionId),
    getMappings: ({ params }, ctx) => mappings.getMappings(deps, ctx, params.organizationId, params.connectionId),
    putMappings: ({ params, body }, ctx) =>
      mappings.putMappings(deps, ctx, params.organizationId, params.connectionId, body.items),

    listUsers: ({ query }, ctx) => people.listUsers(pg, ctx, query),
    createUser: ({ body }, ctx) => people.createUser(pg, ctx, body),
    getUser: ({ params }, ctx) => people.getUser(pg, ctx, params.userId),
    updateUser: ({ params, body }, ctx) => people.setActive(pg, ctx, params.userId, body.active),

    listTeams: (_, ctx) => people.listTeams(pg, ctx),
    createTeam: ({ body }, ctx) => people.createTeam(pg, ctx, body.name),
    updateTeam: ({ params, body }, ctx) => people.renameTeam(pg, ctx, params.teamId, body.name),
    deleteTeam: async ({ params }, ctx) => {
      await people.deleteTeam(pg, ctx, params.teamId);
      return ok;
    },
    listTeamMembers: ({ params }, ctx) => people.listMembers(pg, ctx, params.teamId),
    addTeamMember: async ({ params, body }, ctx) => {
      await people.addMember(pg, ctx, params.teamId, body.userId);
      return ok;
    },
    removeTeamMember: async ({ params }, ctx) => {
      await people.removeMember(pg, ctx, params.teamId, params.userId);
      return ok;
    },

    listRoles: (_, ctx) => roles.listRoles(pg, ctx),
    createRole: ({ body }, ctx) => roles.createRole(pg, ctx, body),
    updateRole: ({ params, body }, ctx) => roles.updateRole(pg, ctx, params.role, body),
    deleteRole: async ({ params }, ctx) => {
      await roles.deleteRole(pg, ctx, params.role);
      return ok;
    },
    listBindings: (_, ctx) => roles.listBindings(pg, ctx),
    createBinding: ({ body }, ctx) => roles.createBinding(pg, ctx, body),
    deleteBinding: async ({ params }, ctx) => {
      await roles.deleteBinding(pg, ctx, params.bindingId);
      return ok;
    },
  };
}
