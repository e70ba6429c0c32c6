import type { Link } from '../../clusters/link';
import type { Pool } from '../../clusters/pool';
import { unreachable } from '../../clusters/connect';
import type { Logger } from '../../platform/log';
import type { ClusterRecord } from '../../clusters/store';
import { accountAdvisories, systemAdvisories, watchAdvisories, type Advisories, type Listen } from './advisories';
import { makeAsker, type Usage } from './asker';
import type { Clock } from './clock';
import type { Owner } from '../sample/rows';
import { ownAccountOf, type OwnAccount } from './own';
import { watchStatsz, type Statsz } from './statsz';

export type WorkerLinks = Pick<Pool, 'openFor'>;

/** Connections of a cluster with what listens on them. */
export interface Bound {
  readonly system: { readonly link: Link; readonly statsz: Statsz } | null;
  readonly account: { readonly link: Link; readonly own: OwnAccount | null } | null;
  readonly advisories: Advisories;
}

interface Deps {
  owner(): Owner;
  readonly links: WorkerLinks;
  readonly clock: Clock;
  readonly usage: Usage;
  readonly log: Logger;
  /** how accounts are called, by id, as the last collection knows them */
  nameOf(id: string): string;
}

/** Holds on to what listens while the connections stay, and binds anew when a credential or an address changed. */
export interface Binding {
  /** @throws ApiError when the cluster cannot be reached in any way */
  bind(record: ClusterRecord): Promise<Bound>;
  close(): void;
}

export function makeBinding({ owner, links, clock, usage, log, nameOf }: Deps): Binding {
  let bound: Bound | null = null;
  let systemFailed = false;
  const close = () => {
    bound?.advisories.close();
    bound?.system?.statsz.close();
    bound = null;
  };
  /** Without the system account the own one still says most: better than nothing, and the log says why. */
  const openSystem = async (record: ClusterRecord): Promise<Link | null> => {
    try {
      const link = await links.openFor(record, 'system');
      systemFailed = false;
      return link;
    } catch (error) {
      if (!systemFailed)
        log.warn({ err: error, cluster: record.id }, 'the system account cannot be used; the own account is');
      systemFailed = true;
      return null;
    }
  };
  const listen = (system: Link | null, account: Link | null, own: OwnAccount | null): Listen[] => {
    const domain = account?.domain ?? '';
    const ownName = own ? nameOf(own.id) : null;
    return [
      ...(system
        ? [
            {
              nc: system.nc,
              subjects: systemAdvisories,
              heard: () => ({ account: null, domain: '', nameOf, own: ownName }),
            },
          ]
        : []),
      ...(account
        ? [
            {
              nc: account.nc,
              subjects: accountAdvisories,
              heard: () => ({ account: own ?? { id: '', name: '' }, domain, nameOf, own: own ? nameOf(own.id) : '' }),
            },
          ]
        : []),
    ];
  };
  return {
    close,
    bind: async (record) => {
      const system = await openSystem(record);
      // With the system account the own one is a plus, without it it is all there is.
      const opening = links.openFor(record, 'account');
      const account = system ? await opening.catch(() => null) : await opening;
      if (!system && !account) throw unreachable('it has no credential that can be used.');
      if (bound && bound.system?.link.nc === system?.nc && bound.account?.link.nc === account?.nc) return bound;
      close();
      const own = account ? await ownAccountOf(makeAsker(account.nc, clock, usage)) : null;
      const statsz = system && watchStatsz(system.nc, clock, usage);
      bound = {
        system: system && statsz && { link: system, statsz },
        account: account && { link: account, own },
        advisories: watchAdvisories(owner, listen(system, account, own), usage, (server) => statsz?.forget(server)),
      };
      return bound;
    },
  };
}
