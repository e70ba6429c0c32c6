import { describe, expect, it } from 'vitest';
import { bodyOf, draftOf, faultIn, sameDraft, type Draft } from './draft';

const whole: Draft = { subject: 'orders.>', stream: '', descriptor: 'd', type: 'orders.v1.Order' };

describe('a binding as it is typed', () => {
  it('comes to a body once all of it is there; an empty stream is any', () => {
    expect(bodyOf(whole)).toEqual({ subject: 'orders.>', stream: null, descriptor: 'd', type: 'orders.v1.Order' });
    expect(bodyOf({ ...whole, stream: 'ORDERS' })?.stream).toBe('ORDERS');
    expect(bodyOf(draftOf(null))).toBeNull();
  });

  it.each([
    ['no subject', { subject: '' }],
    ['no type', { type: null }],
    ['no descriptor set', { descriptor: null }],
    ['> in the middle', { subject: 'orders.>.eu' }],
    ['a stream that is no name', { stream: 'a.b' }],
  ])('comes to nothing with %s', (_, change) => expect(bodyOf({ ...whole, ...change })).toBeNull());

  it('says what is wrong, and nothing of what is empty', () => {
    expect(faultIn('subject', { ...whole, subject: 'orders..eu' })).toMatch(/empty token/);
    expect(faultIn('stream', { ...whole, stream: 'a b' })).toMatch(/white space/);
    expect(faultIn('subject', draftOf(null))).toBeUndefined();
    expect(faultIn('stream', whole)).toBeUndefined();
  });

  it('is the one that is kept until something differs', () => {
    const kept = {
      id: 'b',
      subject: 'orders.>',
      stream: null,
      descriptor: { id: 'd', name: 'orders' },
      type: 'orders.v1.Order',
      changedAt: '2026-01-01T00:00:00Z',
      by: 'somebody',
    };
    expect(sameDraft(draftOf(kept), whole)).toBe(true);
    for (const change of [{ subject: 'x' }, { stream: 'S' }, { descriptor: 'e' }, { type: null }])
      expect(sameDraft(whole, { ...whole, ...change })).toBe(false);
  });
});
