import { describe, expect, it } from 'vitest';
import { counts, grouped, isAbout, type Finding } from './grouping';

const finding = (
  changes: Partial<Omit<Finding, 'subject'>> & { subject?: Partial<Finding['subject']> } = {},
): Finding => ({
  id: 'x',
  rule: 'consumer_stuck',
  severity: 'warning',
  title: 'ORDERS > billing is stuck',
  cluster: { id: 'c1', name: 'prod' },
  evidence: '3 pulls wait',
  since: '2026-03-01T12:00:00Z',
  cure: 'Step its leader down.',
  silenced: null,
  ...changes,
  subject: { kind: 'consumer', stream: 'ORDERS', consumer: 'billing', server: null, account: null, ...changes.subject },
});

describe('findings', () => {
  it('about one thing are one group, under the worst of them', () => {
    const [first, ...rest] = grouped([
      finding({ id: 'a', severity: 'info' }),
      finding({ id: 'b', severity: 'critical' }),
      finding({ id: 'c', subject: { consumer: 'mail' } }),
    ]);
    expect(first?.worst.id).toBe('b');
    expect(first?.others.map(({ id }) => id)).toEqual(['a']);
    expect(rest.map(({ worst }) => worst.id)).toEqual(['c']);
  });
  it('of two accounts, or of two clusters, are no group', () =>
    expect(
      grouped([
        finding(),
        finding({ subject: { account: 'OTHER' } }),
        finding({ cluster: { id: 'c2', name: 'test' } }),
      ]),
    ).toHaveLength(3));
  it('come worst first, and of equals the newest first; unknown starts last', () =>
    expect(
      grouped([
        finding({ id: 'old', since: '2026-03-01T09:00:00Z', subject: { consumer: '1' } }),
        finding({ id: 'unknown', since: null, subject: { consumer: '2' } }),
        finding({ id: 'new', since: '2026-03-01T11:00:00Z', subject: { consumer: '3' } }),
        finding({ id: 'worst', severity: 'critical', since: null, subject: { consumer: '4' } }),
      ]).map(({ worst }) => worst.id),
    ).toEqual(['worst', 'new', 'old', 'unknown']));
  it('are counted by severity', () =>
    expect(counts([finding(), finding({ severity: 'info' }), finding()])).toEqual({
      critical: 0,
      warning: 2,
      info: 1,
    }));
  it('are shown on the pages of what they are about', () => {
    const place = { clusterId: 'c1', stream: 'ORDERS' };
    expect(isAbout(finding(), place)).toBe(true);
    expect(isAbout(finding(), { ...place, consumer: 'mail' })).toBe(false);
    expect(isAbout(finding(), { clusterId: 'c2' })).toBe(false);
    expect(isAbout(finding({ subject: { account: 'OTHER' } }), place)).toBe(false);
    expect(isAbout(finding({ subject: { account: 'OTHER' } }), { clusterId: 'c1' })).toBe(true);
  });
});
