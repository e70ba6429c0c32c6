import { z } from 'zod';
import { scopeSchema } from './access';
import { done, id, instant, label, orgParams } from './common';
import { may, route, table } from './route';

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

export const grafanaConnectionRoutes = table({
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
});
