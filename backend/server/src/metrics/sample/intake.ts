import { z } from 'zod';
import { addCopy, newMerge, verdictOf } from './merge';
import type { Moment } from './increase';
import {
  accountFigures,
  consumerFigures,
  consumerIdentity,
  consumerLimits,
  count,
  fieldsOf,
  jszHead,
  streamFigures,
  streamIdentity,
  streamLimits,
  string,
  type AccountFigures,
  type Fields,
  type Identity,
  type MetaFigures,
} from './readers';
import { cutArray, parseSpan, type Span } from './scan';
import { accountIn, consumerIn, streamIn, type Account, type Consumer, type State, type Stream } from './state';

/** Who answered, and when. */
export interface Answer {
  readonly server: string;
  readonly at: Moment;
}

/** What a server answered instead: it has no JetStream, no such account, or cannot just now. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: number,
    description: string,
  ) {
    super(description);
  }
}
const refused = z.object({ error: z.object({ code: z.number().default(0), description: z.string().default('') }) });
function check(head: unknown): Fields {
  const found = refused.safeParse(head);
  if (found.success) throw new Refusal(found.data.error.code, found.data.error.description);
  const fields = fieldsOf(head);
  if (!fields) throw new SyntaxError('The reply is no object');
  return fields;
}

interface Take<Figures, Limits> {
  readonly asset: Pick<Consumer | Stream, 'holders' | 'listed'> & {
    merge: ReturnType<typeof newMerge<{ at: Moment; figures: Figures }>> | null;
    limits: Limits | null;
  };
  readonly identity: Identity;
  readonly answer: Answer;
  readonly figures: Figures | null;
  readonly limits: Limits | null;
}

function take<Figures, Limits>({ asset, identity, answer, figures, limits }: Take<Figures, Limits>): void {
  const { created, leader, peers } = identity;
  asset.merge ??= newMerge(created);
  addCopy(asset.merge, {
    server: answer.server,
    created,
    leader,
    figures: () => (figures === null ? null : { at: answer.at, figures }),
  });
  for (const holder of [...peers, ...(leader ? [leader] : [])]) asset.merge.holders.add(holder);
  if (limits !== null) asset.limits = limits;
}

/** A copy that does not lead is asked for no figures. */
const leads = (identity: Identity, server: string) => identity.leader === null || identity.leader === server;

function takeConsumer(stream: Stream, fields: Fields, answer: Answer): void {
  const identity = consumerIdentity(fields);
  if (!identity) return;
  take({
    asset: consumerIn(stream, identity.name),
    identity,
    answer,
    figures: leads(identity, answer.server) ? consumerFigures(fields) : null,
    limits: consumerLimits(fields),
  });
}

function takeStream(account: Account, json: Buffer, span: Span, answer: Answer): void {
  const { elements, head } = cutArray(json, 'consumer_detail', span);
  const fields = fieldsOf(JSON.parse(head));
  const identity = fields && streamIdentity(fields);
  if (!identity) return;
  const stream = streamIn(account, identity.name);
  take({
    asset: stream,
    identity,
    answer,
    figures: leads(identity, answer.server) ? streamFigures(fields) : null,
    limits: streamLimits(fields),
  });
  for (const element of elements ?? []) {
    const consumer = fieldsOf(parseSpan(json, element));
    if (consumer) takeConsumer(stream, consumer, answer);
  }
}

export interface Jsz {
  readonly domain: string;
  readonly meta: MetaFigures | null;
  /** accounts that use JetStream on this server, as it names them */
  readonly accounts: readonly AccountFigures[];
  /** how many there are in all: a page has a thousand */
  readonly total: number;
}

/**
 * Takes a JSZ answer in. @param account whose streams were asked for; null: only which accounts there are
 * @throws Refusal, or SyntaxError for what is no answer
 */
export function takeJsz(state: State, json: Buffer, answer: Answer, account: string | null): Jsz {
  const { elements, head } = cutArray(json, 'stream_detail');
  const parsed = check(JSON.parse(head));
  const data = fieldsOf(parsed['data']);
  if (!data) throw new SyntaxError('The JSZ reply has no data');
  const { domain, meta, accounts, total } = jszHead(data);
  const process = string(fieldsOf(parsed['server']), 'id');
  const found = accounts.map(accountFigures);
  if (account !== null) {
    const into = accountIn(state, account, domain);
    const [figures] = found;
    if (figures) into.figures.set(answer.server, { at: answer.at, figures, process });
    for (const element of elements ?? []) takeStream(into, json, element, answer);
  }
  return { domain, meta, accounts: found, total };
}

/** Accounts with an asset that named a leader which answered and did not lead: leadership moved meanwhile. */
export function unsettledAccounts(state: State, answered: ReadonlySet<string>): string[] {
  const moving = (assets: Iterable<Stream | Consumer>): boolean => {
    for (const asset of assets) {
      if (asset.merge && verdictOf(asset.merge, answered) === 'unsettled') return true;
      if ('consumers' in asset && moving(asset.consumers.values())) return true;
    }
    return false;
  };
  return [...state.accounts.values()]
    .filter((account) => moving(account.streams.values()))
    .map((account) => account.name);
}

/** The name under which answers of LIST are taken in: they come from the leaders, whoever passes them on. */
export const byList = 'LIST';
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];

export interface ListPage {
  readonly total: number;
  readonly count: number;
  readonly missing: number;
}
export interface StreamPage extends ListPage {
  /** streams of this page that have consumers to be asked for */
  readonly withConsumers: readonly string[];
}

/** An answer of LIST names the leader; it speaks for it. */
const spoken = (identity: Identity, at: Moment): Answer => ({ server: identity.leader || byList, at });

/** @throws Refusal, or SyntaxError for what is no answer */
export function takeStreamList(state: State, json: Buffer, at: Moment, account: string, domain: string): StreamPage {
  const { elements, head } = cutArray(json, 'streams');
  const fields = check(JSON.parse(head));
  const into = accountIn(state, account, domain);
  const withConsumers: string[] = [];
  for (const element of elements ?? []) {
    const entry = fieldsOf(parseSpan(json, element));
    const identity = entry && streamIdentity(entry);
    if (!identity) continue;
    const stream = streamIn(into, identity.name);
    const figures = streamFigures(entry);
    take({ asset: stream, identity, answer: spoken(identity, at), figures, limits: streamLimits(entry) });
    if (figures === null || figures.consumers > 0) withConsumers.push(identity.name);
  }
  const missing = strings(fields['missing']);
  const offline = Object.keys(fieldsOf(fields['offline']) ?? {});
  for (const name of missing) streamIn(into, name).listed = 'missing';
  for (const name of offline) streamIn(into, name).listed = 'offline';
  return {
    total: count(fields, 'total'),
    count: (elements?.length ?? 0) + missing.length + offline.length,
    missing: missing.length,
    withConsumers,
  };
}

/** @throws Refusal, or SyntaxError for what is no answer */
export function takeConsumerList(
  state: State,
  json: Buffer,
  at: Moment,
  { account, domain, stream }: { account: string; domain: string; stream: string },
): ListPage {
  const { elements, head } = cutArray(json, 'consumers');
  const fields = check(JSON.parse(head));
  const into = streamIn(accountIn(state, account, domain), stream);
  for (const element of elements ?? []) {
    const entry = fieldsOf(parseSpan(json, element));
    const identity = entry && consumerIdentity(entry);
    if (identity) takeConsumer(into, entry, spoken(identity, at));
  }
  const missing = strings(fields['missing']);
  for (const name of missing) consumerIn(into, name).listed = 'missing';
  return { total: count(fields, 'total'), count: elements?.length ?? 0, missing: missing.length };
}
