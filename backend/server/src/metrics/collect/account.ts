import { atMost } from '../../jetstream/api';
import type { Parser } from '../sample/parser';
import { byList } from '../sample/intake';
import type { ListPage, StreamPage } from '../sample/intake';
import type { ConsumerPage } from '../sample/protocol';
import type { Asker } from './asker';
import { ownInfo, type OwnAccount } from './own';
import type { Look } from './result';

const pageSize = 256;
/** More requests at once would crowd out other people's in the server's queue. */
const atOnce = 4;
/** Answers are handed to the thread in lots: a hand-over each would cost more than the parsing. */
const lot = 32;
/** While lots are parsed the next pages are asked for; so many may wait for it, and no more of them take memory. */
const lotsWaiting = 4;

export interface AccountDeps {
  readonly cluster: string;
  readonly parser: Parser;
  readonly asker: Asker;
  readonly apiPrefix: string;
  readonly account: OwnAccount | null;
}

const offsetsAfterFirst = (total: number) =>
  Array.from({ length: Math.max(0, Math.ceil(total / pageSize) - 1) }, (_, i) => (i + 1) * pageSize);

/**
 * Pages are asked for by offset: where something is made or deleted between two of them, one at their edge is passed
 * over or named twice.
 */
const fits = (pages: readonly ListPage[]): boolean => {
  const total = pages[0]?.total ?? 0;
  return pages.every((page) => page.total === total) && pages.reduce((sum, { count }) => sum + count, 0) === total;
};

/** So many lists may fail before it is the cluster that does not answer. */
const failuresBorne = 3;

interface Wanted {
  readonly stream: string;
  readonly offset: number;
}

/** Every consumer of these streams. A list that cannot be had, or is not whole, leaves its stream's consumers unknown. */
async function consumersOf(
  { cluster, parser, asker, apiPrefix }: Pick<AccountDeps, 'cluster' | 'parser' | 'asker' | 'apiPrefix'>,
  account: { readonly account: string; readonly domain: string },
  streams: readonly string[],
): Promise<{ missing: number; overloaded: boolean; whole: boolean }> {
  const listed = new Map<string, ListPage[]>();
  let missing = 0;
  let overloaded = false;
  let failures = 0;
  let further: Wanted[] = [];
  let waiting: (ConsumerPage & { readonly first: boolean })[] = [];
  const parsing = new Set<Promise<unknown>>();
  /** what a lot failed with, for whoever next waits for one */
  let broken: { readonly error: unknown } | null = null;
  const parsed = async (waitFor: Promise<unknown>) => {
    await waitFor;
    if (broken) throw broken.error;
  };
  const handOver = (): void => {
    const pages = waiting;
    waiting = [];
    if (pages.length === 0) return;
    const done: Promise<unknown> = parse(pages)
      .catch((error: unknown) => {
        broken ??= { error };
      })
      .finally(() => parsing.delete(done));
    parsing.add(done);
  };
  const parse = async (pages: readonly (ConsumerPage & { readonly first: boolean })[]) => {
    const answers = await parser.ask<'consumers'>(cluster, { kind: 'consumers', ...account, pages });
    for (const [i, answer] of answers.entries()) {
      missing += answer.missing;
      overloaded ||= answer.refused === 503;
      const { stream = '', first = false, data = null } = pages[i] ?? {};
      if (data !== null && answer.refused === null) listed.set(stream, [...(listed.get(stream) ?? []), answer]);
      // Consumers that could not be had are unknown already.
      else listed.delete(stream);
      if (first) further.push(...offsetsAfterFirst(answer.total).map((offset) => ({ stream, offset })));
    }
  };
  const askOne = async ({ stream, offset }: Wanted) => {
    try {
      const { data, at } = await asker.ask(`${apiPrefix}.CONSUMER.LIST.${stream}`, { offset });
      waiting.push({ stream, at, data, first: offset === 0 });
    } catch (error) {
      failures++;
      if (failures > failuresBorne) throw error;
      waiting.push({ stream, at: null, data: null, first: false });
    }
    if (waiting.length >= lot) handOver();
    if (parsing.size >= lotsWaiting) await parsed(Promise.race(parsing));
  };
  let wanted: Wanted[] = streams.map((stream) => ({ stream, offset: 0 }));
  while (wanted.length > 0) {
    await atMost(atOnce, wanted, askOne);
    handOver();
    await parsed(Promise.all(parsing));
    wanted = further;
    further = [];
  }
  const torn = [...listed].flatMap(([stream, pages]) => (fits(pages) ? [] : [stream]));
  if (torn.length > 0) {
    const pages = torn.map((stream) => ({ stream, at: null, data: null }));
    await parser.ask<'consumers'>(cluster, { kind: 'consumers', ...account, pages });
  }
  return { missing: missing + failures, overloaded, whole: torn.length === 0 };
}

/**
 * Looks at an account over its own credential: STREAM.LIST page by page, then CONSUMER.LIST of each stream that has
 * consumers. LIST answers from each asset's leader.
 * @throws what the client or the server answers, when a page cannot be had: half a picture is none
 */
export async function lookByAccount({ cluster, parser, asker, apiPrefix, account }: AccountDeps): Promise<Look> {
  await parser.ask<'begin'>(cluster, { kind: 'begin' });
  const info = await ownInfo(asker, apiPrefix, account);
  const name = account?.name ?? '';
  const domain = info?.domain ?? '';
  let missing = 0;
  const streamPage = async (offset: number): Promise<StreamPage> => {
    const { data, at } = await asker.ask(`${apiPrefix}.STREAM.LIST`, { offset });
    const page = await parser.ask<'streams'>(cluster, { kind: 'streams', at, account: name, domain, data });
    missing += page.missing;
    return page;
  };
  const first = await streamPage(0);
  const pages = [first, ...(await atMost(atOnce, offsetsAfterFirst(first.total), streamPage))];
  const streams = pages.flatMap((page) => page.withConsumers);

  const found = await consumersOf({ cluster, parser, asker, apiPrefix }, { account: name, domain }, streams);
  missing += found.missing;
  return {
    mode: 'account',
    names: new Map(),
    ownAccount: name,
    expected: [byList],
    answered: new Set([byList]),
    whole: fits(pages) && found.whole,
    servers: [],
    serversExpected: null,
    serversHeard: null,
    meta: null,
    info,
    strain: {
      askedMs: asker.askedMs / atOnce,
      slowestMs: asker.slowestMs,
      missing,
      overloaded: found.overloaded,
      apiRequests: asker.requests,
    },
  };
}
