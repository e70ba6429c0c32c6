import { builtInRoles, type Mapping } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { isFull, letsAdminsIn } from './lastAdmin';

const everywhere = { kind: 'organization' } as const;
const org = (role: 'Viewer' | 'Editor' | 'Admin', to: string, scope: Mapping['scope'] = everywhere): Mapping => ({
  subject: { kind: 'org_role', role },
  role: to,
  scope,
});

it('takes a role for full that gives all an administrator has, and no other', () => {
  const { permissions } = builtInRoles.admin;
  expect(isFull(permissions)).toBe(true);
  expect(isFull(permissions.slice(1))).toBe(false);
  expect(isFull([])).toBe(false);
});

describe('a Grafana lets administrators in', () => {
  const narrow = { kind: 'cluster', clusterId: '11111111-1111-4111-8111-111111111111' } as const;
  it.each<[string, Mapping[], boolean]>([
    ['by the default of its Admins', [], true],
    ['by another of its org roles', [org('Admin', 'viewer'), org('Editor', 'admin')], true],
    ['by a full role of the own', [org('Admin', 'root')], true],
    ['not where they are mapped to less', [org('Admin', 'editor')], false],
    ['not on a cluster alone', [org('Admin', 'admin', narrow)], false],
    [
      'not by a team',
      [org('Admin', 'viewer'), { subject: { kind: 'team', teamId: 1 }, role: 'admin', scope: everywhere }],
      false,
    ],
    [
      'not by the flag',
      [org('Admin', 'viewer'), { subject: { kind: 'server_admin' }, role: 'admin', scope: everywhere }],
      false,
    ],
  ])('%s', (_, mappings, expected) => expect(letsAdminsIn(mappings, ['admin', 'root'])).toBe(expected));
});
