import type { Mapping, Scope } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { grantsFrom, rolesFromGrafana, type GrafanaSubject } from './grants';

const everywhere: Scope = { kind: 'organization' };
const cluster: Scope = { kind: 'cluster', clusterId: '11111111-1111-4111-8111-111111111111', namePattern: 'ORDERS*' };
const who = (given: Partial<GrafanaSubject> = {}): GrafanaSubject => ({
  kind: 'user',
  identifier: 'u1',
  orgRole: 'Viewer',
  teamIds: [],
  serverAdmin: false,
  ...given,
});
const none = { custom: new Map() };
const may = (subject: GrafanaSubject, mappings: Mapping[]) =>
  grantsFrom(rolesFromGrafana(subject, mappings), none).map(({ resource, action }) => `${resource}:${action}`);

describe('roles from Grafana', () => {
  it.each([
    ['Viewer', ['viewer']],
    ['Editor', ['editor']],
    ['Admin', ['admin']],
    ['None', []],
    ['', []],
    ['Something new', []],
  ])('org role %s, unmapped', (orgRole, roles) => {
    expect(rolesFromGrafana(who({ orgRole }), []).map(({ role }) => role)).toEqual(roles);
  });
  it('a mapping takes the place of its org role alone', () => {
    const mappings: Mapping[] = [{ subject: { kind: 'org_role', role: 'Viewer' }, role: 'operator', scope: cluster }];
    expect(rolesFromGrafana(who(), mappings)).toMatchObject([{ role: 'operator', scope: cluster }]);
    expect(rolesFromGrafana(who({ orgRole: 'Editor' }), mappings).map(({ role }) => role)).toEqual(['editor']);
  });
  it('several mappings add up', () => {
    const mappings: Mapping[] = [
      { subject: { kind: 'org_role', role: 'Viewer' }, role: 'viewer', scope: everywhere },
      { subject: { kind: 'team', teamId: 3 }, role: 'reader', scope: cluster },
    ];
    expect(rolesFromGrafana(who({ teamIds: [3] }), mappings).map(({ role }) => role)).toEqual(['viewer', 'reader']);
  });
  it.each(['service_account', 'anonymous'] as const)('%s holds nothing by an org role, a team or a flag', (kind) => {
    const mappings: Mapping[] = [
      { subject: { kind: 'org_role', role: 'Admin' }, role: 'admin', scope: everywhere },
      { subject: { kind: 'team', teamId: 1 }, role: 'admin', scope: everywhere },
      { subject: { kind: 'server_admin' }, role: 'admin', scope: everywhere },
    ];
    expect(rolesFromGrafana(who({ kind, orgRole: 'Admin', teamIds: [1], serverAdmin: true }), mappings)).toEqual([]);
  });
});

describe('grants', () => {
  it('of a team read and nothing else, until the team is confirmed', () => {
    const grants = may(who({ orgRole: 'None', teamIds: [7] }), [
      { subject: { kind: 'team', teamId: 7 }, role: 'admin', scope: everywhere },
    ]);
    expect(grants).toContain('messages:read');
    expect(grants.filter((grant) => !grant.endsWith(':read'))).toEqual([]);
  });
  it("of a server admin end at an org admin's, in what and in where", () => {
    const flagged = who({ orgRole: 'None', serverAdmin: true });
    const mapped = (role: string, scope: Scope): Mapping[] => [
      { subject: { kind: 'server_admin' }, role: 'admin', scope: everywhere },
      { subject: { kind: 'org_role', role: 'Admin' }, role, scope },
    ];
    expect(may(flagged, mapped('operator', everywhere)).sort()).toEqual(
      may(who({ orgRole: 'Admin' }), mapped('operator', everywhere)).sort(),
    );
    // An org admin of some names in a cluster covers nothing of the whole organization.
    expect(may(flagged, mapped('admin', cluster))).toEqual([]);
    expect(may(flagged, [{ subject: { kind: 'server_admin' }, role: 'admin', scope: cluster }])).toContain(
      'streams:delete',
    );
  });
  it('of a role that is gone are none, and each is there once', () => {
    expect(grantsFrom([{ role: 'was-deleted', scope: everywhere, from: '' }], none)).toEqual([]);
    const twice = grantsFrom(
      [
        { role: 'viewer', scope: everywhere, from: 'a' },
        { role: 'viewer', scope: everywhere, from: 'b' },
      ],
      none,
    );
    expect(new Set(twice.map((grant) => JSON.stringify(grant))).size).toBe(twice.length);
  });
});
