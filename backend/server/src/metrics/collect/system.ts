import { setTimeout as delay } from 'node:timers/promises';
import { atMost } from '../../jetstream/api';
import { ReplyError, type Parser } from '../sample/parser';
import type { AccountFigures, MetaFigures } from '../sample/readers';
import { allAccounts } from './accountPages';
import type { Asker } from './asker';
import type { Clock } from './clock';
import { isOverload, type Look } from './result';
import { seenByMeta, type Seen, type Statsz } from './statsz';
import { ownInfo, type OwnAccount } from './own';

const serversAtOnce = 8;
const accountsPerPage = 1024;
/** Leadership that moved between two answers has settled by then. */
const settleMs = 250;
/** How a server calls a peer that it never met since it started. */
const namelessPeer = /^Server name unknown/;

export interface SystemDeps {
  readonly cluster: string;
  readonly parser: Parser;
  /** over the system account */
  readonly system: Asker;
  /** over the cluster's own account, where it has a credential for one */
  readonly own: { readonly asker: Asker; readonly apiPrefix: string; readonly account: OwnAccount | null } | null;
  readonly statsz: Statsz;
  readonly clock: Clock;
}

/** Two accounts of one name are told apart by their ids. */
function displayNames(found: Iterable<readonly AccountFigures[]>): Map<string, string> {
  const byId = new Map<string, string>();
  for (const accounts of found) for (const { id, name } of accounts) byId.set(id, name);
  const names = [...byId.values()];
  return new Map([...byId].map(([id, name]) => [id, names.filter((other) => other === name).length > 1 ? id : name]));
}

const jszSubject = (server: Seen) => `$SYS.REQ.SERVER.${server.id}.JSZ`;

/** Which accounts use JetStream on a server, and what it says of itself and of the meta group. */
async function headsOf({ cluster, parser, system }: SystemDeps, server: Seen) {
  let meta: MetaFigures | null = null;
  const accounts = await allAccounts(async (offset, limit) => {
    const { data, gzip, at } = await system.ask(jszSubject(server), { accounts: true, limit, offset }, true);
    const answer = { server: server.name, at };
    const page = await parser.ask<'jsz'>(cluster, { kind: 'jsz', answer, account: null, data, gzip });
    meta = page.meta ?? meta;
    return page;
  }, accountsPerPage);
  return { accounts, meta };
}

/** Every account of a server, one request in flight. A server that fails one of them has not answered. */
async function streamsOf(
  { cluster, parser, system }: SystemDeps,
  server: Seen,
  accounts: ReadonlyMap<string, string>,
  config: boolean,
): Promise<void> {
  for (const [id, account] of accounts) {
    const body = { account: id, accounts: true, streams: true, consumer: true, config };
    const { data, gzip, at } = await system.ask(jszSubject(server), body, true);
    await parser.ask<'jsz'>(cluster, { kind: 'jsz', answer: { server: server.name, at }, account, data, gzip });
  }
}

/** The meta group as its leader sees it: the one server that says peers' state in full. */
const metaOf = (heads: ReadonlyMap<string, { meta: MetaFigures | null }>): MetaFigures | null => {
  const said = [...heads].flatMap(([name, { meta }]) => (meta ? [{ name, meta }] : []));
  return said.find(({ name, meta }) => meta.leader === name)?.meta ?? said[0]?.meta ?? null;
};

/**
 * Looks at a cluster over its system account: JSZ per account from every JetStream server. A server that does not
 * answer is silent; the others are told apart from it.
 * @throws what the last server failed with, when none answered
 */
export async function lookBySystem(deps: SystemDeps, config: boolean): Promise<Look> {
  const { cluster, parser, system, own, statsz } = deps;
  await parser.ask<'begin'>(cluster, { kind: 'begin' });
  await statsz.refresh();
  // Side by side with the rest: it is the account's own answer, and nothing waits for it.
  const info = own ? ownInfo(own.asker, own.apiPrefix, own.account).catch(() => null) : null;
  const targets = statsz.heard().filter((server) => server.jetstream);
  const heads = new Map<string, Awaited<ReturnType<typeof headsOf>>>();
  const answered = new Set<string>();
  let failure: unknown = null;
  let overloaded = false;
  const guarded = async (server: Seen, work: () => Promise<void>) => {
    try {
      await work();
      answered.add(server.name);
    } catch (error) {
      failure = error;
      overloaded ||= isOverload(error);
      answered.delete(server.name);
    }
  };
  await atMost(serversAtOnce, targets, (server) =>
    guarded(server, async () => {
      heads.set(server.name, await headsOf(deps, server));
    }),
  );
  const names = displayNames([...heads.values()].map(({ accounts }) => accounts));
  const ask = (servers: readonly Seen[], wanted: ReadonlyMap<string, string>) =>
    atMost(serversAtOnce, servers, (server) => {
      const here = heads.get(server.name)?.accounts ?? [];
      const both = new Map([...wanted].filter(([id]) => here.some((account) => account.id === id)));
      return guarded(server, () => streamsOf(deps, server, both, config));
    });
  const reached = targets.filter((server) => answered.has(server.name));
  await ask(reached, names);
  // Without JetStream there is nobody to ask, and that is no failure; without a sign of any server it is.
  if (answered.size === 0 && (targets.length > 0 || statsz.heard().length === 0))
    throw failure ?? new ReplyError(503, 'no server of this cluster answers');
  const unsettled = await parser.ask<'unsettled'>(cluster, { kind: 'unsettled', answered });
  if (unsettled.length > 0) {
    await delay(settleMs);
    await ask(
      reached.filter((server) => answered.has(server.name)),
      new Map([...names].filter(([, name]) => unsettled.includes(name))),
    );
  }
  const meta = metaOf(heads);
  const expected = new Map(statsz.expected().map((seen) => [seen.name, seen]));
  const peers = (meta?.peers ?? []).map(({ name }) => name).filter((name) => !namelessPeer.test(name));
  const known = new Set([...expected.keys(), ...peers]);
  // Who spoke a few seconds ago and does not answer now is not there now.
  const failed = new Set(targets.map(({ name }) => name).filter((name) => !answered.has(name)));
  const heard = new Set(
    statsz
      .heard()
      .map(({ name }) => name)
      .filter((name) => !failed.has(name)),
  );
  return {
    mode: 'system',
    names,
    ownAccount: own?.account ? (names.get(own.account.id) ?? own.account.name) : null,
    expected: [...known].filter((name) => expected.get(name)?.jetstream ?? true),
    answered,
    whole: true,
    servers: [...known].map((name) => {
      const seen = expected.get(name);
      return seen && heard.has(name)
        ? { name, at: seen.at, figures: seenByMeta(seen.figures, name, meta) }
        : { name, at: deps.clock.now(), figures: null };
    }),
    // A peer that nobody met since the others started has no name yet, and is expected all the same.
    serversExpected: Math.max(known.size, meta?.size ?? 0),
    serversHeard: heard.size,
    meta,
    info: await info,
    strain: {
      askedMs: system.askedMs / Math.max(1, targets.length),
      slowestMs: system.slowestMs,
      missing: 0,
      overloaded,
      apiRequests: own?.asker.requests ?? 0,
    },
  };
}
