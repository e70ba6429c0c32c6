import dns from 'node:dns';
import ipaddr from 'ipaddr.js';
import { parseNetwork } from '../platform/networks';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

export interface GuardOptions {
  readonly development: boolean;
  /** CIDRs; when any is given, only addresses inside one of them may be reached. Loopback has to be named here */
  readonly allowed: readonly string[];
  /** host:port of the console's own engines, which no tenant may reach through it */
  readonly own: readonly { host: string; port: number }[];
}

/** Cloud metadata services outside link-local. */
const metadata = new Set(['100.100.100.200', 'fd00:ec2::254', '168.63.129.16', '192.0.0.192']);
/** Addresses that stand for another one by a translator that nobody here has looked at are refused whole. */
const translated = ['6to4', 'teredo', 'rfc6145'];
const neverReached = new Set([
  'linkLocal',
  'loopback',
  'unspecified',
  'multicast',
  'broadcast',
  'reserved',
  'deprecatedSiteLocal',
  ...translated,
]);
/** A name of ours may move to another address (a restarted container), and so is looked up again after this time. */
const ownTtlMs = 30_000;

export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

export interface Guard {
  /** @throws AddressRefused that says why */
  check(address: string, port: number): void;
  /** The host's addresses, each checked: what is connected to is what was looked at. @throws AddressRefused, or the resolver's error */
  resolve(host: string, port: number): Promise<string[]>;
}

const plain = (host: string) => host.replace(/^\[|\]$/g, '');

/**
 * `::ffff:10.0.0.1` is 10.0.0.1, and so is the NAT64 form `64:ff9b::a00:1`, which a resolver of an IPv6-only network
 * answers for every IPv4 host: neither must slip by.
 */
function parse(address: string): Address {
  const parsed = ipaddr.process(plain(address));
  return parsed.range() === 'rfc6052' ? new ipaddr.IPv4(parsed.toByteArray().slice(12)) : parsed;
}

type Own = readonly { port: number; addresses: ReadonlySet<string> }[];

async function lookUpOwn(engines: GuardOptions['own']): Promise<Own> {
  return Promise.all(
    engines.map(async ({ host, port }) => {
      // A name of ours that does not resolve right now cannot be reached under it either.
      const found = await dns.promises.lookup(plain(host), { all: true }).catch(() => []);
      return { port, addresses: new Set([plain(host), ...found.map((entry) => parse(entry.address).toString())]) };
    }),
  );
}

export function makeGuard(options: GuardOptions, now: () => number = Date.now): Guard {
  const allowed = options.allowed.map(parseNetwork);
  let own: Own = options.own.map(({ host, port }) => ({ port, addresses: new Set([plain(host)]) }));
  let lookedUp: { at: number; done: Promise<void> } | null = null;
  const refreshOwn = (): Promise<void> => {
    if (!lookedUp || now() - lookedUp.at > ownTtlMs)
      lookedUp = {
        at: now(),
        done: lookUpOwn(options.own).then((found) => {
          own = found;
        }),
      };
    return lookedUp.done;
  };

  const inside = (address: Address) =>
    allowed.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits));
  const check = (text: string, port: number): void => {
    const address = parse(text);
    const shown = address.toString();
    if (options.development) return;
    if (own.some((engine) => engine.port === port && engine.addresses.has(shown)))
      throw new AddressRefused(`${shown}:${port} is one of the console's own engines.`);
    const range = address.range();
    // Loopback is where a console on one machine with its cluster reaches it; that has to be said, not assumed.
    if (metadata.has(shown) || (neverReached.has(range) && !(range === 'loopback' && inside(address))))
      throw new AddressRefused(
        `${shown} is a ${metadata.has(shown) ? 'metadata service' : `${range} address`}; the console never connects there.`,
      );
    if (allowed.length > 0 && !inside(address))
      throw new AddressRefused(`${shown} is outside the networks that this deployment allows (NATS_ALLOWED_NETWORKS).`);
  };
  return {
    check,
    resolve: async (host, port) => {
      await refreshOwn();
      const bare = plain(host);
      const addresses = ipaddr.isValid(bare)
        ? [parse(bare).toString()]
        : (await dns.promises.lookup(bare, { all: true })).map((entry) => entry.address);
      for (const address of addresses) check(address, port);
      return addresses;
    },
  };
}
