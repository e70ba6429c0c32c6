// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '@jetstream-console/contract';
import { aroundFrom, keyOf } from './key';
import { changeOf, historyOf, namesOfPlace, placeOf } from './words';

const cluster = 'c0000000-0000-4000-8000-000000000001';

describe('what an act was done to', () => {
  it.each([
    ['stream=ORDERS', `clusters/${cluster}/streams/ORDERS`],
    ['stream=ORDERS consumer=billing', `clusters/${cluster}/streams/ORDERS/consumers/billing`],
    ['bucket=settings', `clusters/${cluster}/kv/settings`],
    ['store=backups', `clusters/${cluster}/objects/backups`],
    [null, `clusters/${cluster}`],
  ])('%s is opened at %s', (resource, path) => expect(placeOf({ cluster, resource })).toContain(path));
  it('has no page without a cluster', () => expect(placeOf({ cluster: null, resource: 'stream=X' })).toBeNull());
  it('is named without ids', () => {
    expect(namesOfPlace(`clusterId=${cluster} stream=ORDERS`)).toBe('stream=ORDERS');
    expect(namesOfPlace(`userId=${cluster}`)).toBe(`userId=${cluster}`);
  });
});

describe('what an act changed', () => {
  it('is before and after where the act wrote both or one of them', () => {
    expect(changeOf({ before: null, after: { a: 1 } })).toEqual({ before: null, after: { a: 1 } });
    expect(changeOf({ after: { a: 1 } })).toEqual({ before: null, after: { a: 1 } });
  });
  it.each([[null], ['text'], [[1]], [{}], [{ other: 1 }]])('is another form: %j', (changes) =>
    expect(changeOf(changes)).toBeNull(),
  );
});

describe('the way back', () => {
  const entry: AuditEntry = {
    ...{ where: 'console', account: null },
    ...{ id: cluster, time: '2026-03-01T12:00:00Z', userId: null, login: 'ann', action: 'stream.update' },
    ...{ resource: 'stream=ORDERS', cluster, status: 'success', error: null, ip: '', userAgent: '' },
    ...{ requestId: '', via: 'session', changes: null },
  };
  it('is the history of the stream whose configuration was changed', () =>
    expect(historyOf(entry)).toContain(`clusters/${cluster}/streams/ORDERS?tab=config&history=1`));
  it.each<Partial<AuditEntry>>([
    { status: 'denied' },
    { where: 'around' },
    { action: 'stream.purge' },
    { cluster: null },
    { resource: null },
  ])('is not there for %j', (changes) => expect(historyOf({ ...entry, ...changes })).toBeNull());
});

describe('a link to an act', () => {
  const around = { where: 'around', cluster, time: '2026-03-01T12:00:00.123Z', id: 'NUID of a server' } as const;
  it('finds one around the console by where and when it was', () =>
    expect(aroundFrom(keyOf(around))).toEqual({ cluster, time: around.time, id: around.id }));
  it.each([cluster, 'nonsense'])('is the id of a record: %s', (id) => {
    expect(keyOf({ ...around, where: 'console', id })).toBe(id);
    expect(aroundFrom(id)).toBeNull();
  });
});
