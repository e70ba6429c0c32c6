import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeVault, type Place } from './vault';

const k1 = { id: 'k1', key: randomBytes(32) };
const k2 = { id: 'k2', key: randomBytes(32) };
const place: Place = ['org', 'cluster', 'read'];

describe('vault', () => {
  it('opens what it sealed, and shows nothing of it', () => {
    const vault = makeVault([k1]);
    const sealed = vault.seal(place, 'sesame ü');
    expect(sealed).not.toContain('sesame');
    expect(vault.open(place, sealed)).toBe('sesame ü');
    expect(vault.seal(place, 'sesame ü')).not.toBe(sealed);
  });
  it.each([[['org2', 'cluster', 'read']], [['org', 'cluster2', 'read']], [['org', 'cluster', 'admin']]] as const)(
    'does not open at %j',
    (elsewhere) => {
      const vault = makeVault([k1]);
      expect(() => vault.open(elsewhere, vault.seal(place, 'x'))).toThrow();
    },
  );
  it('opens under an old key, and says that it is old', () => {
    const sealed = makeVault([k1]).seal(place, 'x');
    const rotated = makeVault([k2, k1]);
    expect(rotated.open(place, sealed)).toBe('x');
    expect(rotated.isOld(sealed)).toBe(true);
    expect(rotated.isOld(rotated.seal(place, 'x'))).toBe(false);
    expect(() => makeVault([k2]).open(place, sealed)).toThrow('CONSOLE_OLD_MASTER_KEYS');
  });
  it('makes marks that are the same each time, others for each key and place', () => {
    const [mark] = makeVault([k1]).marks('a');
    expect(mark).toMatch(/^[A-Za-z0-9_-]{12}$/);
    expect(makeVault([k2, k1]).marks('a')).toEqual([makeVault([k2]).marks('a')[0], mark]);
    expect(makeVault([k1]).marks('b')[0]).not.toBe(mark);
  });
  it('notices a changed byte anywhere', () => {
    const vault = makeVault([k1]);
    const [v, id, wrapped = '', box = ''] = vault.seal(place, 'secret').split('.');
    const flip = (part: string) => {
      const bytes = Buffer.from(part, 'base64url');
      bytes[bytes.length >> 1]! ^= 1;
      return bytes.toString('base64url');
    };
    expect(() => vault.open(place, [v, id, flip(wrapped), box].join('.'))).toThrow();
    expect(() => vault.open(place, [v, id, wrapped, flip(box)].join('.'))).toThrow();
  });
});
