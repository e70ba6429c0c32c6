import { metricOf, querySpec } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
// The rules themselves, so that one that is added there cannot be forgotten here.
import { rules } from '../../../../backend/server/src/query/findings/rules';
import type { Finding } from './grouping';
import { watched, watchOf } from './watched';

const finding = (rule: string, subject: Partial<Finding['subject']> = {}): Finding => ({
  id: rule,
  rule,
  severity: 'critical',
  title: 'a title',
  cluster: { id: 'c1', name: 'prod' },
  evidence: '',
  silenced: null,
  since: null,
  cure: 'a cure',
  subject: { kind: 'cluster', stream: null, consumer: null, server: null, account: null, ...subject },
});

describe('what is behind a finding', () => {
  it('is known of every rule of the console, and of no other', () =>
    expect(Object.keys(watched).sort()).toEqual(rules.map(({ id }) => id).sort()));
  it.each(Object.keys(watched))('%s can be asked of the console as it is', (rule) => {
    const watch = watchOf(finding(rule, { stream: 'ORDERS', consumer: 'billing', server: 'n1' }));
    if (watched[rule] === null) expect(watch).toBeNull();
    else expect(querySpec.safeParse(watch?.spec).error).toBeUndefined();
  });
  it('is narrowed to what the finding is about', () => {
    const consumer = { kind: 'consumer', stream: 'ORDERS', consumer: 'billing' };
    expect(watchOf(finding('consumer_stuck', consumer))).toMatchObject({
      spec: {
        metric: 'stalled',
        clusters: ['c1'],
        accounts: 'own',
        groupBy: ['cluster', 'stream', 'consumer'],
        filters: [
          { field: 'stream', values: ['ORDERS'] },
          { field: 'consumer', values: ['billing'] },
        ],
      },
      alert: { proposal: { name: 'a title', when: 'above', value: 0, description: 'a cure' } },
    });
    expect(watchOf(finding('dead_letters', consumer))).toMatchObject({
      spec: { kind: 'events', stream: 'ORDERS', consumer: 'billing', types: ['max_deliver', 'terminated'] },
      alert: null,
    });
  });
  it('is that of the other account where it is in another', () =>
    expect(watchOf(finding('stream_near_limit', { stream: 'ORDERS', account: 'OTHER' }))?.spec).toMatchObject({
      accounts: 'all',
      filters: [
        { field: 'stream', values: ['ORDERS'] },
        { field: 'account', values: ['OTHER'] },
      ],
    }));
  it('is a metric that there is, with a unit its threshold fits', () => {
    for (const [rule, behind] of Object.entries(watched)) {
      if (behind === null || 'events' in behind) continue;
      const metric = metricOf(behind.metric);
      expect(metric, rule).toBeDefined();
      if (metric?.unit === 'percentunit' && behind.value !== undefined) expect(behind.value, rule).toBeLessThan(1);
      if (metric?.unit === 'bool' && behind.value !== undefined) expect([0, 1], rule).toContain(behind.value);
    }
  });
});
