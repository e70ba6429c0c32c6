import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decide, decideEach, matchesName, matchesSubject, type Grant, type Question, type Scope } from './access';
import { builtInRoles, grantsOf } from './roles';

const c1 = '11111111-1111-4111-8111-111111111111';
const c2 = '22222222-2222-4222-8222-222222222222';
const team = '33333333-3333-4333-8333-333333333333';
const me = 'me';

const bound = (role: keyof typeof builtInRoles, scope: Scope): Grant[] =>
  grantsOf(role, builtInRoles[role].permissions, scope);
const ask = (grants: Grant[], permission: string, target: Question['target'] = {}, narrow = false) => {
  const [resource, action] = permission.split(':');
  return decide(grants, { resource, action, target } as Question, me, narrow).allowed;
};

describe('decide', () => {
  it('denies without grants, with a reason that names the permission', () => {
    expect(decide([], { resource: 'streams', action: 'read', target: { name: 'X' } }, me)).toEqual({
      allowed: false,
      reason: 'no role of yours grants streams:read on X',
    });
  });

  const everywhere: Scope = { kind: 'organization' };
  it.each([
    ['viewer', 'streams:read', true],
    ['viewer', 'messages:read', false],
    ['viewer', 'kv_stores:read', true],
    ['viewer', 'kv_values:read', false],
    ['reader', 'messages:read', true],
    ['reader', 'messages:publish', false],
    ['reader', 'kv_values:read', true],
    ['operator', 'consumers:pause', true],
    ['operator', 'messages:publish', true],
    ['operator', 'streams:update', false],
    ['editor', 'streams:create', true],
    ['editor', 'streams:delete', false],
    ['editor', 'streams:purge', false],
    ['editor', 'clusters:create', false],
    ['admin', 'streams:purge', true],
    ['admin', 'clusters:create', true],
    ['admin', 'organizations:create', false],
  ] as const)('%s %s -> %s', (role, permission, allowed) => {
    expect(ask(bound(role, everywhere), permission, { cluster: c1, name: 'A' })).toBe(allowed);
  });

  describe('scoped to names in a cluster', () => {
    const grants = bound('reader', { kind: 'cluster', clusterId: c1, namePattern: 'ORDERS*' });
    it.each([
      ['streams:read', { cluster: c1, name: 'ORDERS_EU' }, true],
      ['streams:read', { cluster: c1, name: 'PAYMENTS' }, false],
      ['streams:read', { cluster: c2, name: 'ORDERS_EU' }, false],
      ['streams:read', { cluster: c1 }, false],
      ['streams:read', { name: 'ORDERS_EU' }, false],
      ['clusters:read', { cluster: c1 }, true],
      ['clusters:read', { cluster: c2 }, false],
      ['dashboards:read', {}, false],
    ] as const)('%s on %j -> %s', (permission, target, allowed) => {
      expect(ask(grants, permission, target)).toBe(allowed);
    });
    it('lets a list through, to be filtered item by item', () => {
      expect(ask(grants, 'streams:read', { cluster: c1 }, true)).toBe(true);
      expect(ask(grants, 'streams:read', { cluster: c2 }, true)).toBe(false);
      expect(ask(grants, 'clusters:read', {}, true)).toBe(true);
    });
    it('gives nothing of the cluster but that it is there', () => {
      const admin = bound('admin', { kind: 'cluster', clusterId: c1, namePattern: 'ORDERS*' });
      expect(ask(admin, 'clusters:update', { cluster: c1 })).toBe(false);
      expect(ask(admin, 'accounts:read', { cluster: c1 })).toBe(false);
      expect(ask(admin, 'streams:delete', { cluster: c1, name: 'ORDERS' })).toBe(true);
    });
  });

  describe('scoped to subjects', () => {
    const grants = bound('operator', { kind: 'cluster', clusterId: c1, subjectPattern: 'orders.*.eu' });
    it.each([
      ['messages:read', { cluster: c1, name: 'A', subject: 'orders.1.eu' }, true],
      ['messages:read', { cluster: c1, name: 'A', subject: 'orders.1.us' }, false],
      ['messages:read', { cluster: c1, name: 'A' }, false],
      ['messages:publish', { cluster: c1, name: 'A', subject: 'payments.1.eu' }, false],
      ['streams:read', { cluster: c1, name: 'A' }, true],
      ['consumers:pause', { cluster: c1, name: 'A' }, false],
    ] as const)('%s on %j -> %s', (permission, target, allowed) => {
      expect(ask(grants, permission, target)).toBe(allowed);
    });
  });

  it('own and team scopes need the owner and the team', () => {
    expect(ask(bound('editor', everywhere), 'dashboards:update', { owner: me })).toBe(true);
    expect(ask(bound('editor', everywhere), 'dashboards:update', { owner: 'you' })).toBe(false);
    expect(ask(bound('viewer', { kind: 'team', teamId: team }), 'dashboards:read', { team })).toBe(true);
    expect(ask(bound('viewer', { kind: 'team', teamId: team }), 'dashboards:read', { team: c1 })).toBe(false);
  });

  const scopes = fc.oneof(
    fc.constantFrom<Scope>({ kind: 'organization' }, { kind: 'own' }, { kind: 'team', teamId: team }),
    fc.record({
      kind: fc.constant('cluster' as const),
      clusterId: fc.constantFrom(c1, c2),
      namePattern: fc.option(fc.constantFrom('A*', '*', 'B?'), { nil: undefined }),
      subjectPattern: fc.option(fc.constantFrom('a.>', '*.b', '>'), { nil: undefined }),
    }),
  );
  const permissions = fc.constantFrom(
    'streams:read',
    'messages:read',
    'clusters:read',
    'consumers:pause',
    'streams:delete',
    'dashboards:read',
  );
  const roles = fc.constantFrom('viewer', 'reader', 'operator', 'editor', 'admin');
  const names = fc.constantFrom('A1', 'B2', 'C');
  const subjects = fc.constantFrom('a.b', 'x.b', 'z');

  it('says of each of many what it says of one', () => {
    const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
    const held = fc.array(fc.tuple(roles, scopes), { maxLength: 3 });
    const shared = fc.record({ cluster: optional(fc.constantFrom(c1, c2)), name: optional(names) });
    const member = fc.record({
      subject: optional(subjects),
      owner: optional(fc.constantFrom(me, 'you')),
      team: optional(fc.constantFrom(team, c1)),
    });
    fc.assert(
      fc.property(held, permissions, shared, names, member, (pairs, permission, target, name, rest) => {
        const grants = pairs.flatMap(([role, scope]) => bound(role as 'viewer', scope));
        const [resource, action] = permission.split(':');
        const added = { ...(target.name === undefined && { name }), ...rest };
        const each = decideEach(grants, { resource, action } as Question, target, me);
        expect(each(added)).toBe(ask(grants, permission, { ...target, ...added }));
      }),
      { numRuns: 2000 },
    );
  });

  it('never answers yes to the full question where it says no to the narrow one', () => {
    fc.assert(
      fc.property(scopes, roles, permissions, names, subjects, (scope, role, permission, name, subject) => {
        const grants = bound(role as 'viewer', scope);
        const full = ask(grants, permission, { cluster: c1, name, subject });
        if (full) expect(ask(grants, permission, { cluster: c1 }, true)).toBe(true);
      }),
    );
  });
});

describe('patterns', () => {
  it.each([
    ['ORDERS*', 'ORDERS', true],
    ['ORDERS*', 'ORDERS_1', true],
    ['ORDERS*', 'MY_ORDERS', false],
    ['*', '', true],
    ['a.b', 'axb', false],
    ['A?', 'AB', true],
    ['A?', 'A', false],
    ['[a]', 'a', false],
    ['[a]', '[a]', true],
    ['Ä*', 'Äpfel', true],
    ['ORDERS*', 'orders_1', false],
  ])('name %s ~ %s -> %s', (pattern, name, expected) => expect(matchesName(pattern, name)).toBe(expected));
  it('stays linear on a hostile pattern', () => {
    expect(matchesName('*a'.repeat(100) + 'b', 'a'.repeat(255))).toBe(false);
  });
  it.each([
    ['orders.>', 'orders.1', true],
    ['orders.>', 'orders', false],
    ['orders.*', 'orders.1.2', false],
    ['*.b', 'a.b', true],
    ['>', 'a', true],
    ['orders.>', 'ordersX.1', false],
    ['a.>.b', 'a.x.b', false],
    ['a', 'a', true],
    ['a', 'b', false],
  ])('subject %s ~ %s -> %s', (pattern, subject, expected) => expect(matchesSubject(pattern, subject)).toBe(expected));
});
