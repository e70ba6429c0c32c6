import { z } from 'zod';
import { done, id, instant } from './common';
import { grantSchema, permissionSchema } from './access';
import { route, table } from './route';

export const viaSchema = z.enum(['grafana', 'gateway', 'alerting', 'session', 'api_key']);

/** Who asks, as the pages see it: what they may offer follows from `grants` by the same decision the server takes. */
export const meSchema = z.object({
  organization: z.object({ id, name: z.string() }),
  subject: z.object({
    id,
    kind: z.enum(['user', 'service_account', 'anonymous', 'alerting']),
    login: z.string(),
    name: z.string(),
    email: z.string().nullable(),
  }),
  roles: z.array(z.object({ name: z.string(), scope: z.string(), from: z.string() })),
  teams: z.array(z.object({ id: z.string(), name: z.string() })),
  grants: z.array(grantSchema),
  installationAdmin: z.boolean(),
  via: viaSchema,
  /** when what proves this identity ends; null where each request proves it anew */
  expiresAt: instant.nullable(),
});
export type Me = z.infer<typeof meSchema>;

export const identityRoutes = table({
  login: route({
    method: 'POST',
    path: '/auth/login',
    summary: 'Log in with a password; throttled by account and by address',
    access: 'public',
    audit: 'auth.login',
    body: z.strictObject({
      login: z
        .string()
        .max(254)
        .transform((text) => text.normalize('NFC').trim()),
      password: z.string().min(1).max(1024),
    }),
    response: z.object({ accessToken: z.string(), expiresAt: instant, organizationId: id }),
  }),
  logout: route({
    method: 'POST',
    path: '/auth/logout',
    summary: 'End this session',
    access: 'principal',
    audit: 'auth.logout',
    response: done,
  }),
  me: route({
    method: 'GET',
    path: '/auth/me',
    summary: 'Who I am and what I may do',
    access: 'principal',
    response: meSchema,
  }),
  changePassword: route({
    method: 'POST',
    path: '/auth/change-password',
    summary: 'Change the password of a local account; ends its other sessions',
    access: 'principal',
    audit: 'auth.change_password',
    body: z.strictObject({
      current: z.string().min(1).max(1024),
      next: z.string().min(12, 'at least 12 characters').max(1024),
    }),
    response: done,
  }),
  listPermissions: route({
    method: 'GET',
    path: '/permissions',
    summary: 'Every permission there is',
    access: 'principal',
    response: z.object({ items: z.array(permissionSchema) }),
  }),
  effectivePermissions: route({
    method: 'GET',
    path: '/permissions/effective',
    summary: 'What a user may do, and which role gives it',
    access: [{ resource: 'users', action: 'read' }],
    query: z.strictObject({ user: id }),
    response: z.object({ user: id, roles: meSchema.shape.roles, grants: z.array(grantSchema) }),
  }),
  checkPermissions: route({
    method: 'POST',
    path: '/permissions/check',
    summary: 'Answer up to 100 access questions about oneself',
    access: 'principal',
    audit: null,
    body: z.strictObject({
      questions: z
        .array(
          permissionSchema.extend({
            target: z
              .strictObject({
                cluster: id.optional(),
                name: z.string().max(255).optional(),
                subject: z.string().max(1024).optional(),
              })
              .default({}),
          }),
        )
        .min(1)
        .max(100),
    }),
    response: z.object({ answers: z.array(z.object({ allowed: z.boolean(), reason: z.string().nullable() })) }),
  }),
});
