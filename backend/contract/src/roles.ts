import { resources, actions, type Grant, type Permission, type Scope, type Resource, type Action } from './access';

export const builtInRoleNames = ['viewer', 'reader', 'operator', 'editor', 'admin'] as const;
export type BuiltInRole = (typeof builtInRoleNames)[number];

const may = (list: Record<string, string>): Permission[] =>
  Object.entries(list).flatMap(([resource, verbs]) =>
    verbs.split(' ').map((action) => ({ resource: resource as Resource, action: action as Action })),
  );

const viewer = may({
  clusters: 'read',
  streams: 'read',
  consumers: 'read',
  kv_stores: 'read',
  object_stores: 'read',
  dashboards: 'read',
  alerts: 'read',
  queries: 'read',
});
const reader = [...viewer, ...may({ messages: 'read', kv_values: 'read', object_data: 'read' })];
const operator = [...reader, ...may({ consumers: 'pause', messages: 'publish', kv_values: 'update' })];
const editor = [
  ...operator,
  ...may({
    streams: 'create update',
    consumers: 'create update delete operate',
    kv_stores: 'create update',
    kv_values: 'create',
    object_stores: 'create update',
    object_data: 'create update',
    dashboards: 'create update delete',
    alerts: 'create update',
    messages: 'export',
    queries: 'create update',
  }),
];
/** Everything inside one organization; making organizations belongs to the installation's administrator alone. */
const admin: Permission[] = resources.flatMap((resource) =>
  actions
    .filter((action) => !(resource === 'organizations' && action === 'create'))
    .map((action) => ({ resource, action })),
);

/** What the built-in roles may do; docs/permissions.md shows the same table. */
export const builtInRoles: Readonly<Record<BuiltInRole, { description: string; permissions: readonly Permission[] }>> =
  {
    viewer: { description: 'Topology and metrics; no message payload, no key value', permissions: viewer },
    reader: { description: 'viewer, and reads messages, key values and object data', permissions: reader },
    operator: { description: 'reader, and pauses consumers, publishes messages, updates keys', permissions: operator },
    editor: {
      description: 'operator, and creates and changes streams, consumers, buckets, dashboards and alerts',
      permissions: editor,
    },
    admin: {
      description: 'Everything in the organization: purge, delete, operate and access included',
      permissions: admin,
    },
  };

/** Own dashboards are what editors edit; the scope of those permissions shrinks to `own`. */
const ownOnly = new Set(['dashboards:create', 'dashboards:update', 'dashboards:delete']);

/** A role bound at a scope, as grants. */
export function grantsOf(role: string, permissions: readonly Permission[], scope: Scope): Grant[] {
  return permissions.map(({ resource, action }) => ({
    resource,
    action,
    scope: role === 'editor' && ownOnly.has(`${resource}:${action}`) ? { kind: 'own' } : scope,
  }));
}
