import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

export interface GuardOptions {
  readonly development: boolean;
  /** CIDRs; when any is given, only addresses inside one of them may be reached */
  readonly allowed: readonly string[];
  /** host:port of the console's own engines, which no tenant may reach through it */
  readonly own: readonly { host: string; port: number }[];
}

/** Cloud metadata services outside link-local. */
const metadata = new Set(['100.100.100.200', 'fd00:ec2::254', '168.63.129.16', '192.0.0.192']);
const neverReached = new Set(['linkLocal', 'loopback', 'unspecified', 'multicast', 'broadcast', 'reserved']);

export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

export interface Guard {
  /** @throws AddressRefused that says why */
  check(address: string, port: number): void;
  /** The host's addresses, each checked: what is connected to is what was looked at. @throws AddressRefused, or the resolver's error */
  resolve(host: string, port: number): Promise<string[]>;
  /** For sockets that resolve by themselves: the check stands where the address is chosen. */
  lookup(port: number): LookupFunction;
}

const plain = (host: string) => host.replace(/^\[|\]$/g, '');

/** `::ffff:10.0.0.1` is 10.0.0.1: a mapped address must not slip by. */
function parse(address: string): Address {
  return ipaddr.process(plain(address));
}

export function makeGuard(options: GuardOptions): Guard {
  const allowed = options.allowed.map((cidr) => ipaddr.parseCIDR(cidr));
  const ownAddresses = options.own.map(async ({ host, port }) => {
    const found = await dns.promises.lookup(plain(host), { all: true }).catch(() => []);
    return { port, addresses: new Set([plain(host), ...found.map((entry) => parse(entry.address).toString())]) };
  });
  let own: { port: number; addresses: Set<string> }[] = options.own.map(({ host, port }) => ({
    port,
    addresses: new Set([plain(host)]),
  }));
  void Promise.all(ownAddresses).then((resolved) => {
    own = resolved;
  });

  const inside = (address: Address) =>
    allowed.some(([range, bits]) => range.kind() === address.kind() && address.match(range, bits));
  const check = (text: string, port: number): void => {
    const address = parse(text);
    const shown = address.toString();
    if (options.development) return;
    if (own.some((engine) => engine.port === port && engine.addresses.has(shown)))
      throw new AddressRefused(`${shown}:${port} is one of the console's own engines.`);
    if (metadata.has(shown) || neverReached.has(address.range()))
      throw new AddressRefused(
        `${shown} is a ${metadata.has(shown) ? 'metadata service' : `${address.range()} address`}; the console never connects there.`,
      );
    if (allowed.length > 0 && !inside(address))
      throw new AddressRefused(`${shown} is outside the networks that this deployment allows (NATS_ALLOWED_NETWORKS).`);
  };
  const resolve = async (host: string, port: number): Promise<string[]> => {
    const bare = plain(host);
    const addresses = ipaddr.isValid(bare)
      ? [parse(bare).toString()]
      : (await dns.promises.lookup(bare, { all: true })).map((entry) => entry.address);
    for (const address of addresses) check(address, port);
    return addresses;
  };
  return {
    check,
    resolve,
    lookup: (port) => (hostname, lookupOptions, callback) => {
      resolve(hostname, port).then(
        (addresses) => {
          const entries = addresses.map((address) => ({
            address,
            family: ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4,
          }));
          const [first] = entries;
          if (lookupOptions.all) callback(null, entries);
          else callback(null, first?.address ?? '', first?.family ?? 4);
        },
        (error: NodeJS.ErrnoException) => callback(error, ''),
      );
    },
  };
}
