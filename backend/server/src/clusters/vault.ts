import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { MasterKey } from '../platform/config';

const version = 'v1';
const ivBytes = 12;
const tagBytes = 16;
/** 72 bits of base64url: short in lists, and not to be guessed */
const markLength = 12;

function encrypt(key: Buffer, plain: Buffer, aad: Buffer): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad);
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, box: Buffer, aad: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, ivBytes)).setAAD(aad);
  decipher.setAuthTag(box.subarray(box.length - tagBytes));
  return Buffer.concat([decipher.update(box.subarray(ivBytes, box.length - tagBytes)), decipher.final()]);
}

/** Says where a secret belongs: moved to another row, slot or organization it does not open. */
export type Place = readonly [organization: string, owner: string, slot: string];
const aadOf = (place: Place) => Buffer.from(JSON.stringify(place));

export interface Vault {
  seal(place: Place, secret: string): string;
  /** @throws Error when the key is gone, the place is another, or a byte was changed */
  open(place: Place, sealed: string): string;
  /** true where the secret is under an older key and should be sealed again */
  isOld(sealed: string): boolean;
  /** What nobody without a master key can tell beforehand, the same each time: one for each key, the first one's first. */
  marks(of: string): readonly [string, ...string[]];
}

/**
 * AES-256-GCM twice: each secret under a data key of its own, that key under a master key whose id stands beside it.
 * The first master key seals; all of them open, so that keys can be replaced without a stop.
 */
export function makeVault(keys: readonly [MasterKey, ...MasterKey[]]): Vault {
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  const [current, ...older] = keys;
  const markUnder = ({ key }: MasterKey, of: string) =>
    createHmac('sha256', key).update(`mark ${of}`).digest('base64url').slice(0, markLength);
  return {
    seal: (place, secret) => {
      const dataKey = randomBytes(32);
      const aad = aadOf(place);
      return [
        version,
        current.id,
        encrypt(current.key, dataKey, aad).toString('base64url'),
        encrypt(dataKey, Buffer.from(secret), aad).toString('base64url'),
      ].join('.');
    },
    open: (place, sealed) => {
      const [v, keyId = '', wrapped = '', box = ''] = sealed.split('.');
      const key = byId.get(keyId);
      if (v !== version || !key)
        throw new Error(
          `A secret is sealed under the master key "${keyId}", which this server does not have. Add it to CONSOLE_OLD_MASTER_KEYS.`,
        );
      const aad = aadOf(place);
      return decrypt(decrypt(key, Buffer.from(wrapped, 'base64url'), aad), Buffer.from(box, 'base64url'), aad).toString(
        'utf8',
      );
    },
    isOld: (sealed) => sealed.split('.')[1] !== current.id,
    marks: (of) => [markUnder(current, of), ...older.map((key) => markUnder(key, of))],
  };
}
