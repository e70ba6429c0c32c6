import { describe, expect, it } from 'vitest';
import { formRefusals, kvForm, newStoreConfig, objectForm } from './storeForm';

describe('a new bucket', () => {
  it('is the stream that clients expect', () => {
    expect(newStoreConfig(kvForm, 'a', {})).toMatchObject({
      name: 'KV_a',
      subjects: ['$KV.a.>'],
      max_msgs_per_subject: 1,
      discard: 'new',
      allow_rollup_hdrs: true,
      deny_delete: true,
      allow_direct: true,
    });
    expect(formRefusals(kvForm, 'a', newStoreConfig(kvForm, 'a', {}))).toEqual([]);
  });
  it('takes what is wanted otherwise, but for its name', () => {
    const config = newStoreConfig(kvForm, 'a', { name: 'OTHER', max_msgs_per_subject: 9, num_replicas: 3 });
    expect(config).toMatchObject({ name: 'KV_a', max_msgs_per_subject: 9, num_replicas: 3 });
  });
  it('that lives shorter than the window of message ids has a window as short', () => {
    expect(newStoreConfig(kvForm, 'a', { max_age: 5e9 })['duplicate_window']).toBe(5e9);
    expect(newStoreConfig(kvForm, 'a', { max_age: 5e9, duplicate_window: 1e9 })['duplicate_window']).toBe(1e9);
    expect(newStoreConfig(kvForm, 'a', { max_age: 500e9 })['duplicate_window']).toBeUndefined();
  });
  it('that mirrors another has no subjects of its own', () => {
    const config = newStoreConfig(kvForm, 'copy', { mirror: { name: 'KV_a' } });
    expect(config['subjects']).toBeUndefined();
    expect(formRefusals(kvForm, 'copy', config)).toEqual([]);
  });
});

describe.each([
  [kvForm, 'subjects', ['other.>']],
  [kvForm, 'name', 'KV_b'],
  [kvForm, 'allow_rollup_hdrs', false],
  [kvForm, 'retention', 'workqueue'],
  [kvForm, 'no_ack', true],
  [kvForm, 'max_msgs_per_subject', 0],
  [kvForm, 'max_msgs_per_subject', 65],
  [objectForm, 'subjects', ['$O.a.C.>']],
  [objectForm, 'max_msgs_per_subject', 1],
  [objectForm, 'max_msgs', 10],
] as const)('%o', (form, field, value) => {
  it(`is none any more with ${field} ${JSON.stringify(value)}`, () => {
    const config = { ...newStoreConfig(form, 'a', {}), [field]: value };
    expect(formRefusals(form, 'a', config).map((refusal) => refusal.field)).toEqual([field]);
  });
});

it('an object store holds whole objects', () => {
  const config = newStoreConfig(objectForm, 'a', {});
  expect(config).toMatchObject({ name: 'OBJ_a', subjects: ['$O.a.C.>', '$O.a.M.>'], discard: 'new' });
  expect(formRefusals(objectForm, 'a', config)).toEqual([]);
  expect(formRefusals(objectForm, 'a', { ...config, allow_rollup_hdrs: false, sealed: true })).toEqual([]);
});
