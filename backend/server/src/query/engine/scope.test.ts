import { decide, type Grant } from '@jetstream-console/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likeOf, Params } from './params';
import { accountCondition, coversName, isEmpty, nameScope, scopeCondition, wholeClusters } from './scope';

const a = '00000000-0000-4000-8000-00000000000a';
const b = '00000000-0000-4000-8000-00000000000b';
const read = { resource: 'streams', action: 'read' } as const;

const scopes = fc.oneof(
  fc.constant({ kind: 'organization' } as const),
  fc.constant({ kind: 'own' } as const),
  fc.record({
    kind: fc.constant('cluster' as const),
    clusterId: fc.constantFrom(a, b),
    namePattern: fc.option(fc.constantFrom('*', 'ORD*', 'A?', 'EVENTS'), { nil: undefined }),
    subjectPattern: fc.option(fc.constantFrom('orders.>'), { nil: undefined }),
  }),
);
const grants = fc.array(
  fc.record({
    resource: fc.constantFrom('streams' as const, 'consumers' as const),
    action: fc.constantFrom('read' as const, 'update' as const),
    scope: scopes,
  }) satisfies fc.Arbitrary<Grant>,
  { maxLength: 5 },
);

describe('the set form of a decision', () => {
  it('covers exactly what decide allows', () => {
    fc.assert(
      fc.property(
        grants,
        fc.constantFrom(a, b),
        fc.constantFrom('ORDERS', 'A1', 'A', 'EVENTS', 'x%'),
        (g, cluster, name) => {
          const { allowed } = decide(g, { ...read, target: { cluster, name } }, 'me');
          expect(coversName(nameScope(g, read), cluster, name)).toBe(allowed);
        },
      ),
    );
  });

  it('covers nothing of a cluster as a whole by a grant on some names of it', () => {
    const some: Grant[] = [{ ...read, scope: { kind: 'cluster', clusterId: a, namePattern: 'ORD*' } }];
    expect(isEmpty(wholeClusters(some, read))).toBe(true);
    expect(isEmpty(nameScope(some, read))).toBe(false);
    expect(isEmpty(wholeClusters([{ ...read, scope: { kind: 'cluster', clusterId: a } }], read))).toBe(false);
  });
});

describe('the condition', () => {
  it('is none for everything and never true for nothing', () => {
    const params = new Params();
    expect(
      scopeCondition(nameScope([{ ...read, scope: { kind: 'organization' } }], read), 'stream', params),
    ).toBeNull();
    expect(scopeCondition(nameScope([], read), 'stream', params)).toBe('0');
    expect(params.values).toEqual({});
  });

  it('holds clusters and patterns as parameters', () => {
    const params = new Params();
    const scope = nameScope(
      [
        { ...read, scope: { kind: 'cluster', clusterId: a } },
        { ...read, scope: { kind: 'cluster', clusterId: a, namePattern: 'dropped: the whole is granted' } },
        { ...read, scope: { kind: 'cluster', clusterId: b, namePattern: "100%_a'*?" } },
      ],
      read,
    );
    expect(scopeCondition(scope, 'stream', params)).toBe(
      '(cluster_id IN {p0:Array(UUID)} OR (cluster_id = {p1:UUID} AND stream LIKE {p2:String}))',
    );
    expect(params.values).toEqual({ p0: [a], p1: b, p2: "100\\%\\_a'%_" });
  });

  it("keeps other accounts' rows back without accounts:read", () => {
    const accounts = (scope: Grant['scope']): Grant[] => [{ resource: 'accounts', action: 'read', scope }];
    expect(accountCondition([], new Params())).toBe('own');
    expect(accountCondition(accounts({ kind: 'organization' }), new Params())).toBeNull();
    expect(accountCondition(accounts({ kind: 'cluster', clusterId: a }), new Params())).toBe(
      '(own OR cluster_id IN {p0:Array(UUID)})',
    );
    expect(accountCondition(accounts({ kind: 'cluster', clusterId: a, namePattern: 'x*' }), new Params())).toBe('own');
  });
});

it('turns globs into LIKE without touching anything else', () => {
  expect(likeOf('ORDERS*')).toBe('ORDERS%');
  expect(likeOf('a_b%c\\d?')).toBe('a\\_b\\%c\\\\d_');
});
