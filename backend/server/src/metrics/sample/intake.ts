import { z } from 'zod';
import { addCopy, refuseFigures, verdictOf } from './merge';
import type { Moment } from './increase';
import {
  accountFigures,
  consumerIdentity,
  consumerLimits,
  count,
  fieldsOf,
  jszHead,
  objects,
  readConsumerFigures,
  readStreamFigures,
  streamIdentity,
  streamLimits,
  string,
  type AccountFigures,
  type Fields,
  type Identity,
  type MetaFigures,
} from './readers';
import { toStored, wallOf } from './times';
import { cutArray, inLots, parseSpan, type Span } from './scan';
import { accountIn, consumerIn, hear, streamIn, type Account, type Consumer, type State, type Stream } from './state';

/** Who answered, and when. */
export interface Answer {
  readonly server: string;
  readonly at: Moment;
}
/** The same, with the server's own clock as it answered; null where it does not say. */
interface Spoken extends Answer {
  readonly clock: string | null;
  /** that the server allows a stream which sets no limit itself; -1: none, undefined: it does not tell */
  readonly consumers?: number;
}

/** By the server's clock where that is told: the console's may be another time altogether. */
function ageOf(created: string, { clock, at }: Spoken): number {
  return (wallOf(clock) ?? at.wallMs) - (wallOf(created) ?? -Infinity);
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

/** @returns whether its figures are to be read from this copy */
function take(asset: Stream | Consumer, { created, leader, peers }: Identity, answer: Spoken, now: number): boolean {
  hear(asset, now);
  if (created !== asset.createdText) {
    asset.createdText = created;
    asset.createdStored = toStored(created);
  }
  if (asset.createdStored === null) return false;
  const read = addCopy(asset, answer.server, asset.createdStored, leader, peers);
  if (read) {
    asset.at = answer.at;
    if (asset.base === null) asset.ageMs = ageOf(asset.createdStored, answer);
  }
  return read;
}

function takeConsumer(state: State, stream: Stream, fields: Fields, answer: Spoken): void {
  const identity = consumerIdentity(fields);
  if (!identity) return;
  const consumer = consumerIn(stream, identity.name);
  const read = take(consumer, identity, answer, state.now);
  if (read && !readConsumerFigures(fields, consumer.figures)) refuseFigures(consumer);
  consumer.limits = consumerLimits(fields) ?? consumer.limits;
}

/** A stream's answer without its consumers. @returns null for what is none */
function takeStreamFields(
  state: State,
  account: Account,
  fields: Fields,
  answerOf: (i: Identity) => Spoken,
): Stream | null {
  const identity = streamIdentity(fields);
  if (!identity) return null;
  const stream = streamIn(account, identity.name);
  const answer = answerOf(identity);
  const read = take(stream, identity, answer, state.now);
  if (read && !readStreamFigures(fields, stream.figures)) refuseFigures(stream);
  stream.limits = streamLimits(fields, answer.consumers ?? -1) ?? stream.limits;
  return stream;
}

function takeStreamWhole(state: State, account: Account, value: unknown, answer: Spoken): void {
  const fields = fieldsOf(value);
  const stream = fields && takeStreamFields(state, account, fields, () => answer);
  if (!stream) return;
  for (const consumer of objects(fields['consumer_detail'])) takeConsumer(state, stream, consumer, answer);
}

/** A stream of very many consumers, one after the other. */
function takeStreamBit(state: State, account: Account, json: Buffer, span: Span, answer: Spoken): void {
  const { elements, head } = cutArray(json, 'consumer_detail', span);
  const fields = fieldsOf(JSON.parse(head));
  const stream = fields && takeStreamFields(state, account, fields, () => answer);
  if (!stream) return;
  for (const element of elements ?? []) {
    const consumer = fieldsOf(parseSpan(json, element));
    if (consumer) takeConsumer(state, stream, consumer, answer);
  }
}

/** So much is parsed in one go: less costs more calls, more becomes a tree that outlives young garbage. */
const parsedAtOnce = 128 * 1024;

function takeStreams(state: State, account: Account, json: Buffer, elements: readonly Span[], answer: Spoken): void {
  for (const span of inLots(elements, parsedAtOnce)) {
    if (span.count === 1 && span.end - span.start > parsedAtOnce) takeStreamBit(state, account, json, span, answer);
    else {
      const streams: unknown = JSON.parse(`[${json.toString('utf8', span.start, span.end)}]`);
      for (const stream of objects(streams)) takeStreamWhole(state, account, stream, answer);
    }
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
  const { domain, meta, accounts, total, consumers } = jszHead(data);
  const process = string(fieldsOf(parsed['server']), 'id');
  const found = accounts.map(accountFigures);
  if (account !== null) {
    const into = accountIn(state, account, domain);
    into.heardFrom ??= answer.at;
    const [figures] = found;
    if (figures) into.figures.set(answer.server, { at: answer.at, figures, process });
    takeStreams(state, into, json, elements ?? [], {
      ...answer,
      consumers,
      clock: toStored(string(data, 'now')),
    });
  }
  return { domain, meta, accounts: found, total };
}

/** Accounts with an asset that named a leader which answered and did not lead: leadership moved meanwhile. */
export function unsettledAccounts(state: State, answered: ReadonlySet<string>): string[] {
  const moving = (asset: Stream | Consumer) =>
    asset.heard === state.now && asset.listed === null && verdictOf(asset, answered) === 'unsettled';
  const anyMoving = ({ streams }: Account): boolean => {
    for (const stream of streams.values()) {
      if (moving(stream)) return true;
      for (const consumer of stream.consumers.values()) if (moving(consumer)) return true;
    }
    return false;
  };
  return [...state.accounts.values()].filter(anyMoving).map((account) => account.name);
}

/** The name under which answers of LIST are taken in: they come from the leaders, whoever passes them on. */
export const byList = 'LIST';
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];

export interface ListPage {
  /** how many there are on all pages, as the server has it */
  readonly total: number;
  /** how many this page names, in whatever state */
  readonly count: number;
  readonly missing: number;
}
export interface StreamPage extends ListPage {
  /** streams of this page that have consumers to be asked for */
  readonly withConsumers: readonly string[];
}

/** An answer of LIST names the leader; it speaks for it. */
const spoken = (entry: Fields, { leader }: Identity, at: Moment): Spoken => ({
  server: leader || byList,
  at,
  clock: toStored(string(entry, 'ts')),
});

/** What a page of LIST names besides the assets it describes. @param described how many those are */
function takeListed(
  state: State,
  fields: Fields,
  described: number,
  assetOf: (name: string) => Stream | Consumer,
): ListPage {
  const missing = strings(fields['missing']);
  const offline = Object.keys(fieldsOf(fields['offline']) ?? {});
  const list = (name: string, how: 'missing' | 'offline') => {
    const asset = assetOf(name);
    hear(asset, state.now);
    asset.listed = how;
  };
  for (const name of missing) list(name, 'missing');
  for (const name of offline) list(name, 'offline');
  return {
    total: count(fields, 'total'),
    count: described + missing.length + offline.length,
    missing: missing.length,
  };
}

/** A page of LIST describes 256 assets at most: it is parsed in one go. @throws Refusal, or SyntaxError for what is no answer */
function readPage(json: Buffer, name: string): { fields: Fields; entries: readonly Fields[] } {
  const fields = check(JSON.parse(json.toString('utf8')));
  return { fields, entries: objects(fields[name]) };
}

/** @throws Refusal, or SyntaxError for what is no answer */
export function takeStreamList(state: State, json: Buffer, at: Moment, account: string, domain: string): StreamPage {
  const { fields, entries } = readPage(json, 'streams');
  const into = accountIn(state, account, domain);
  into.heardFrom ??= at;
  const withConsumers: string[] = [];
  for (const entry of entries) {
    const stream = takeStreamFields(state, into, entry, (identity) => spoken(entry, identity, at));
    if (stream && (!stream.best || stream.figures.consumers > 0)) withConsumers.push(stream.name);
  }
  return { ...takeListed(state, fields, entries.length, (name) => streamIn(into, name)), withConsumers };
}

/** @throws Refusal, or SyntaxError for what is no answer */
export function takeConsumerList(
  state: State,
  json: Buffer,
  at: Moment,
  { account, domain, stream }: { account: string; domain: string; stream: string },
): ListPage {
  const { fields, entries } = readPage(json, 'consumers');
  const into = streamIn(accountIn(state, account, domain), stream);
  for (const entry of entries) {
    const identity = consumerIdentity(entry);
    if (identity) takeConsumer(state, into, entry, spoken(entry, identity, at));
  }
  return takeListed(state, fields, entries.length, (name) => consumerIn(into, name));
}
