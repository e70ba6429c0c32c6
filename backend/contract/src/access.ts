import { z } from 'zod';

/** What a permission is about. Names are part of the public api and of stored roles. */
export const resources = [
  'organizations',
  'users',
  'teams',
  'roles',
  'mappings',
  'api_keys',
  'clusters',
  'accounts',
  'connections',
  'streams',
  'consumers',
  'messages',
  'kv_stores',
  'kv_values',
  'object_stores',
  'object_data',
  'alerts',
  'dashboards',
  'queries',
  'audit_logs',
] as const;
export const actions = [
  'read',
  'create',
  'update',
  'delete',
  'publish',
  'purge',
  'pause',
  'operate',
  'export',
  'sql',
  'manage',
] as const;

export const resourceSchema = z.enum(resources);
export const actionSchema = z.enum(actions);
export type Resource = z.infer<typeof resourceSchema>;
export type Action = z.infer<typeof actionSchema>;

/**
 * Where a grant holds. `namePattern` is a glob over names of streams, buckets and stores (`ORDERS*`);
 * `subjectPattern` is a NATS subject pattern over message subjects and KV keys (`orders.>`). They are two
 * different things, so they are two fields: a grant that carries both needs both to match.
 */
export const scopeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('organization') }),
  z.strictObject({ kind: z.literal('own') }),
  z.strictObject({ kind: z.literal('team'), teamId: z.uuid() }),
  z.strictObject({
    kind: z.literal('cluster'),
    clusterId: z.uuid(),
    namePattern: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\s>/\\\u0000]+$/, 'a name pattern is a glob such as ORDERS*; it holds no space, >, / or \\')
      .optional(),
    subjectPattern: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\s\u0000]+$/, 'a subject pattern is a NATS subject such as orders.>')
      .optional(),
  }),
]);
export type Scope = z.infer<typeof scopeSchema>;

export const permissionSchema = z.strictObject({ resource: resourceSchema, action: actionSchema });
export type Permission = z.infer<typeof permissionSchema>;

export const grantSchema = z.strictObject({ resource: resourceSchema, action: actionSchema, scope: scopeSchema });
export type Grant = z.infer<typeof grantSchema>;

/** The one thing a request touches. A field that is absent is unknown, and a grant that needs it does not match. */
export interface Target {
  readonly cluster?: string;
  /** stream, bucket or store name; a consumer is named by its stream */
  readonly name?: string;
  /** a literal message subject, or a KV key */
  readonly subject?: string;
  readonly owner?: string;
  readonly team?: string;
}

export interface Question extends Permission {
  readonly target: Target;
}

export type Decision =
  { readonly allowed: true; readonly grant: Grant } | { readonly allowed: false; readonly reason: string };

/** Resources whose members carry a name that `namePattern` speaks about. */
const named = new Set<Resource>([
  'streams',
  'consumers',
  'messages',
  'kv_stores',
  'kv_values',
  'object_stores',
  'object_data',
]);
/** Resources whose members carry a subject or key that `subjectPattern` speaks about. */
const subjected = new Set<Resource>(['messages', 'kv_values']);

/**
 * Glob: `*` stands for any run of characters, `?` for one. Patterns come from people, so no regular expression:
 * this walk costs at most pattern length times name length.
 */
export function matchesName(pattern: string, name: string): boolean {
  const want = Array.from(pattern);
  const have = Array.from(name);
  let p = 0;
  let n = 0;
  let star = -1;
  let resume = 0;
  while (n < have.length) {
    if (want[p] === '*') {
      star = p++;
      resume = n;
    } else if (p < want.length && (want[p] === '?' || want[p] === have[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (want[p] === '*') p++;
  return p === want.length;
}

/** NATS matching: `*` is one token, `>` the rest (one token at least). `subject` is literal. */
export function matchesSubject(pattern: string, subject: string): boolean {
  if (pattern === '>' || pattern === subject) return subject.length > 0;
  const want = pattern.split('.');
  const have = subject.split('.');
  for (let i = 0; i < want.length; i++) {
    if (want[i] === '>') return i === want.length - 1 && have.length > i;
    if (i >= have.length || (want[i] !== '*' && want[i] !== have[i])) return false;
  }
  return want.length === have.length;
}

/** A pattern against what the target says; where it says nothing, only a narrow question passes. */
const holds = (said: string | undefined, narrow: boolean, matches: (text: string) => boolean): boolean =>
  said === undefined ? narrow : matches(said);

function clusterCovers(
  { resource, action }: Grant,
  { clusterId, namePattern, subjectPattern }: Extract<Scope, { kind: 'cluster' }>,
  target: Target,
  narrow: boolean,
): boolean {
  if (!holds(target.cluster, narrow, (cluster) => cluster === clusterId)) return false;
  if (namePattern === undefined && subjectPattern === undefined) return true;
  // A grant on some names in a cluster lets its holder see that the cluster is there, and nothing else of it.
  if (!named.has(resource)) return resource === 'clusters' && action === 'read';
  if (namePattern !== undefined && !holds(target.name, narrow, (name) => matchesName(namePattern, name))) return false;
  if (subjectPattern === undefined) return true;
  const matches = (subject: string) => matchesSubject(subjectPattern, subject);
  if (subjected.has(resource)) return holds(target.subject, narrow, matches);
  // Topology has no subject: a subject-scoped grant reads messages and keys, and the stream that holds them. Where a
  // part of it does name one (a stream's list of subjects), the pattern holds there too.
  return action === 'read' && holds(target.subject, true, matches);
}

/** `narrow` leaves out what the target does not yet say (a list, a scan): the caller then filters item by item. */
function scopeCovers(grant: Grant, target: Target, subject: string, narrow: boolean): boolean {
  const { scope } = grant;
  switch (scope.kind) {
    case 'organization':
      return true;
    case 'own':
      return target.owner === undefined ? narrow : target.owner === subject;
    case 'team':
      return target.team === undefined ? narrow : target.team === scope.teamId;
    case 'cluster':
      return clusterCovers(grant, scope, target, narrow);
  }
}

/**
 * The access decision: pure, no I/O. Deny is the answer unless one grant covers resource, action and target.
 * @param subject id of the asking user, for `own` scopes
 * @param narrow true where the target is a set that the caller will filter with the full question for each item
 */
export function decide(grants: readonly Grant[], question: Question, subject: string, narrow = false): Decision {
  for (const grant of grants) {
    if (grant.resource !== question.resource || grant.action !== question.action) continue;
    if (scopeCovers(grant, question.target, subject, narrow)) return { allowed: true, grant };
  }
  return {
    allowed: false,
    reason: `no role of yours grants ${showPermission(question)}${showTarget(question.target)}`,
  };
}

/** A grant that holds whatever else the target turns out to be: nothing of it hangs on a name, subject, owner or team not known yet. */
function coversAll(grant: Grant, target: Target): boolean {
  const { scope } = grant;
  if (scope.kind === 'organization') return true;
  return scope.kind === 'cluster' && scope.subjectPattern === undefined && clusterCovers(grant, scope, target, false);
}

/**
 * The same question about each of many members of one target (the keys of a bucket, the streams of a cluster): grants
 * are looked through once, and a member is asked about only where an answer hangs on it.
 * @param target what all of them share
 * @returns for what a member adds (its name, its subject) what `decide` would say of the whole; a member adds, and
 * does not replace
 */
export function decideEach(
  grants: readonly Grant[],
  permission: Permission,
  target: Target,
  subject: string,
): (member: Target) => boolean {
  const able = grants.filter((g) => g.resource === permission.resource && g.action === permission.action);
  if (able.some((grant) => coversAll(grant, target))) return () => true;
  return (member) => able.some((grant) => scopeCovers(grant, { ...target, ...member }, subject, false));
}

export function showPermission(permission: Permission): string {
  return `${permission.resource}:${permission.action}`;
}

export function showScope(scope: Scope): string {
  switch (scope.kind) {
    case 'organization':
      return '*';
    case 'own':
      return 'own';
    case 'team':
      return `team/${scope.teamId}`;
    case 'cluster':
      return [
        'cluster',
        scope.clusterId,
        scope.namePattern ?? '*',
        ...(scope.subjectPattern ? [scope.subjectPattern] : []),
      ].join('/');
  }
}

function showTarget(target: Target): string {
  if (target.name !== undefined) return ` on ${target.name}`;
  return target.cluster === undefined ? '' : ' on this cluster';
}
