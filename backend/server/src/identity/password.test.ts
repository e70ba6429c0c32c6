import type * as argon2 from '@node-rs/argon2';
import { describe, expect, it, vi } from 'vitest';

const verified = vi.hoisted(() => ({ calls: 0 }));
// The real argon2, counted: that both answers cost the same work is what must not get lost.
vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<typeof argon2>();
  return {
    ...real,
    verify: (...args: Parameters<typeof real.verify>) => {
      verified.calls++;
      return real.verify(...args);
    },
  };
});
const { hashPassword, verifyPassword } = await import('./password');

describe('passwords', () => {
  it('are kept as argon2id, each with a salt of its own', async () => {
    const [one, two] = await Promise.all([hashPassword('secret'), hashPassword('secret')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword(one, 'secret')).toBe(true);
    expect(await verifyPassword(one, 'Secret')).toBe(false);
  });
  it('cost the same work for an account that is not there', async () => {
    const stored = await hashPassword('secret');
    verified.calls = 0;
    await verifyPassword(stored, 'wrong');
    expect(verified.calls).toBe(1);
    expect(await verifyPassword(null, 'wrong')).toBe(false);
    expect(verified.calls).toBe(2);
  });
  it('never match for an account that is not there, not even what stands in for it', async () => {
    expect(await verifyPassword(null, 'no account has this password')).toBe(false);
  });
  it('refuse a flood instead of filling the memory', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 60 }, () => hashPassword('x')));
    const refused = tries.filter((t) => t.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(tries.length - refused.length).toBeGreaterThanOrEqual(36);
    expect(await verifyPassword(await hashPassword('after'), 'after')).toBe(true);
  });
});
