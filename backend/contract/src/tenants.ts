import { z } from 'zod';
import { id, instant, label, loginName, orgParams } from './common';
import { may, route, table } from './route';

const org = z.object({ id, name: z.string(), createdAt: instant });
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
});
