import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

/**
 * X.509 certificates for TLS tests, written in DER by hand: Node can sign and cannot issue, and an openssl on PATH is not
 * everywhere. ECDSA P-256 with SHA-256, as little of RFC 5280 as a TLS peer needs.
 */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}
interface Issuer extends Certificate {
  readonly privateKey: KeyObject;
  readonly name: Buffer;
}

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length =
    body.length < 128
      ? Buffer.from([body.length])
      : body.length < 256
        ? Buffer.from([0x81, body.length])
        : Buffer.from([0x82, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), length, body]);
};
const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const utcTime = (date: Date) => der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
const bits = (content: Buffer) => der(0x03, Buffer.from([0]), content);

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const commonName = (text: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(text)))));
const extension = (id: string, critical: boolean, value: Buffer) =>
  sequence(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));
const alternativeName = (name: string) =>
  isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));

const day = 86_400_000;
interface Wanted {
  readonly name: string;
  readonly authority?: boolean;
  readonly names?: readonly string[];
  readonly days?: number;
}

function issue(wanted: Wanted, by: Issuer | null): Issuer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = commonName(wanted.name);
  const days = wanted.days ?? 30;
  const extensions = [
    wanted.authority
      ? extension('551d13', true, sequence(der(0x01, Buffer.from([0xff]))))
      : extension('551d13', true, sequence()),
    ...(wanted.names ? [extension('551d11', false, sequence(...wanted.names.map(alternativeName)))] : []),
  ];
  const toSign = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    by?.name ?? name,
    sequence(utcTime(new Date(Date.now() - Math.abs(days) * day - day)), utcTime(new Date(Date.now() + days * day))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', toSign, by?.privateKey ?? privateKey);
  const bytes = sequence(toSign, ecdsaWithSha256, bits(signature));
  // No line end after the last line: openssl refuses an empty one before END.
  const pem = bytes.toString('base64').replace(/(.{64})(?=.)/g, '$1\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
    name,
  };
}

/** An authority of one's own, and what it signs. */
export function makeAuthority(name = 'Test Authority') {
  const authority = issue({ name, authority: true }, null);
  return {
    cert: authority.cert,
    /** @param names DNS names and IPv4 addresses; @param days negative: expired since then */
    issue: (subject: string, names: readonly string[], days?: number): Certificate =>
      issue({ name: subject, names, days }, authority),
  };
}
