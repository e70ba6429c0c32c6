import { z } from 'zod';
import { permissionSchema, scopeSchema } from './access';
import { done, id, instant, roleName } from './common';
import { may, route, table } from './route';

const roleSchema = z.object({
  name: z.string(),
  description: z.string(),
  builtIn: z.boolean(),
  permissions: z.array(permissionSchema),
});
const bindingSchema = z.object({
  id,
  subject: z.object({ kind: z.enum(['user', 'team']), id, name: z.string() }),
  role: z.string(),
  scope: scopeSchema,
  createdAt: instant,
});

export const roleRoutes = table({
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
});
