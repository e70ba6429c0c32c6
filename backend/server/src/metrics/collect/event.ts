import { events } from '../tables';
import { rowEncoder, type RowEncoder } from '../sample/encode';
import { fieldsOf, number, string, type Fields } from '../sample/readers';
import { storedTime, toStored, wallOf } from '../sample/times';
import { inAccount, type InAccount, type Owner } from '../sample/rows';

/** One row of events. */
export interface EventRow {
  readonly common: InAccount;
  readonly id: string;
  readonly type: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly stream: string;
  readonly consumer: string;
  readonly server: string;
  readonly title: string;
  readonly data: string;
}
export const eventRow: RowEncoder<EventRow> = rowEncoder<InAccount, EventRow>(events, inAccount, {
  id: (row) => row.id,
  type: (row) => row.type,
  severity: (row) => row.severity,
  stream: (row) => row.stream,
  consumer: (row) => row.consumer,
  server: (row) => row.server,
  title: (row) => row.title,
  data: (row) => row.data,
});

const severities: Readonly<Record<string, EventRow['severity']>> = {
  stream_quorum_lost: 'critical',
  consumer_quorum_lost: 'critical',
  server_out_of_space: 'critical',
  api_limit_reached: 'critical',
  server_removed: 'warning',
  max_deliver: 'warning',
  terminated: 'warning',
  stream_batch_abandoned: 'warning',
};
const typePrefix = /^io\.nats\.(?:jetstream|server)\.advisory\.v1\./;

/** Plain reads of the API are asked by everybody all the time, the console among them: only acts are kept. */
const apiReads =
  /^\$JS(?:\.[^.]+)?\.API\.(?:INFO$|DIRECT\.|STREAM\.(?:INFO|NAMES|LIST|MSG\.GET)(?:\.|$)|CONSUMER\.(?:INFO|NAMES|LIST|MSG\.NEXT)(?:\.|$))/;
/**
 * What is kept of an advisory. One that tells of a whole request has that cut, so that the rest of it can be read. The
 * token that a client came with is nobody's to read.
 */
const longest = 8192;
const longestRequest = 4096;

function titleOf(type: string, fields: Fields): string {
  const stream = string(fields, 'stream');
  const consumer = string(fields, 'consumer');
  const what = consumer === '' ? `Stream ${stream}` : `Consumer ${consumer} of ${stream}`;
  const action = string(fields, 'action');
  const delivered = `message ${number(fields, 'stream_seq') ?? '?'} after ${number(fields, 'deliveries') ?? '?'} deliveries`;
  const titles: Readonly<Record<string, string>> = {
    stream_action: `${what}: ${action}`,
    consumer_action: `${what}: ${action}`,
    stream_leader_elected: `${what} is led by ${string(fields, 'leader')}`,
    consumer_leader_elected: `${what} is led by ${string(fields, 'leader')}`,
    stream_quorum_lost: `${what} lost its quorum`,
    consumer_quorum_lost: `${what} lost its quorum`,
    max_deliver: `${what} gave up ${delivered}`,
    nak: `${what} refused ${delivered}`,
    terminated: `${what} terminated ${delivered}${string(fields, 'reason') === '' ? '' : `: ${string(fields, 'reason')}`}`,
    server_out_of_space: `Server ${string(fields, 'server')} is out of space for JetStream`,
    server_removed: `Server ${string(fields, 'server')} was removed from the meta group`,
    api_limit_reached: `The JetStream API of ${string(fields, 'server')} dropped its queue: it is overloaded`,
    api_audit: `${string(fields, 'subject')} by ${string(fieldsOf(fields['client']), 'user') || 'a client'}`,
  };
  return titles[type] ?? `${type.replaceAll('_', ' ')}${stream === '' ? '' : ` of ${stream}`}`;
}

/** In which account an advisory was heard, and how to call the others. */
export interface HeardIn {
  /** its id and name; null for the system account, which hears of all */
  readonly account: { readonly id: string; readonly name: string } | null;
  readonly domain: string;
  /** name of an account by its id */
  nameOf(id: string): string;
  /** the account of the cluster's own credential; null where nobody knows */
  readonly own: string | null;
}

/** Events of servers that tell of clients are for those who may see other accounts. */
const tellsOfClients = /auth_err/;

/** Behind the headers of a client or of a server, which puts there who asks: the advisory says that in its own place. */
function bodyOf(request: string): string {
  const end = request.startsWith('NATS/1.0') ? request.indexOf('\r\n\r\n') : -1;
  return end < 0 ? request : request.slice(end + 4);
}

/** The longest beginning of a request that takes no more room than this as JSON has it, where quotes are two characters. */
function cutRequest(request: string): string {
  let cut = request.slice(0, longestRequest);
  while (JSON.stringify(cut).length > longestRequest + 2) cut = cut.slice(0, Math.floor(cut.length / 2));
  return cut;
}

/** The name that a client gives itself alone may be four kilobytes. */
const longestOfClient = 512;
const cutTexts = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.slice(0, longestOfClient) : value,
    ]),
  );

const longestReason = 512;
/** Whether the server did what was asked, by its answer; undefined where it did not answer in JSON. */
function outcomeOf(response: string): { failed: boolean; reason?: string } | undefined {
  try {
    const answer = fieldsOf(JSON.parse(response));
    if (!answer) return undefined;
    const error = fieldsOf(answer['error']);
    return error ? { failed: true, reason: string(error, 'description').slice(0, longestReason) } : { failed: false };
  } catch {
    return undefined;
  }
}

/** Of an answer only whether it was one of success, and first, so that nothing is lost where the rest is cut. */
function keptOf({ response, ...told }: Fields): string {
  const outcome = typeof response === 'string' ? outcomeOf(response) : undefined;
  const { jwt: _jwt, nonce: _nonce, ...client } = fieldsOf(told['client']) ?? {};
  return JSON.stringify({
    ...(outcome && { outcome }),
    ...told,
    ...(told['client'] !== undefined && { client: cutTexts(client) }),
    ...(typeof told['request'] === 'string' && { request: cutRequest(bodyOf(told['request'])) }),
  }).slice(0, longest);
}

/**
 * An advisory as an event. The timestamp and the id are the advisory's own, so that one which is heard in two
 * accounts, or by two workers, is one row. @returns null for what is no advisory, or none that is kept
 */
export function readAdvisory(value: unknown, owner: Owner, heard: HeardIn, subject: string): EventRow | null {
  const fields = fieldsOf(value);
  if (!fields) return null;
  const server = fieldsOf(fields['server']);
  const isServerEvent = subject.startsWith('$SYS.');
  const type = isServerEvent
    ? `server_${(subject.split('.').slice(3).join('_') || 'event').toLowerCase()}`
    : string(fields, 'type').replace(typePrefix, '');
  const id = string(fields, 'id') || (isServerEvent ? `${string(server, 'id')}-${type}-${string(server, 'time')}` : '');
  const time = toStored(string(fields, 'timestamp') || string(server, 'time'));
  if (type === '' || id === '' || time === null) return null;
  if (type === 'api_audit' && apiReads.test(string(fields, 'subject'))) return null;
  const accountId = string(fields, 'account');
  const account = accountId === '' ? (heard.account?.name ?? '') : heard.nameOf(accountId);
  return {
    common: {
      owner,
      time,
      wallMs: wallOf(time) ?? 0,
      account,
      domain: string(fields, 'domain') || heard.domain,
      own: account === '' ? !tellsOfClients.test(type) : account === heard.own,
    },
    id,
    type,
    severity: severities[type] ?? (isServerEvent ? 'warning' : 'info'),
    stream: string(fields, 'stream'),
    consumer: string(fields, 'consumer'),
    server: string(server, 'name') || string(fields, 'server'),
    title: isServerEvent
      ? `Server ${string(server, 'name')}: ${type.slice(7).replaceAll('_', ' ')}`
      : titleOf(type, fields),
    data: keptOf(fields),
  };
}

/** A row of the console's own. `id` is given where the same may be told twice. */
export const consoleEvent = (
  owner: Owner,
  wallMs: number,
  { id, type, severity, title, data }: Pick<EventRow, 'id' | 'type' | 'severity' | 'title'> & { data: unknown },
): EventRow => ({
  common: { owner, time: storedTime(wallMs), wallMs, account: '', domain: '', own: true },
  id,
  type: `console.${type}`,
  severity,
  stream: '',
  consumer: '',
  server: '',
  title,
  data: JSON.stringify(data),
});
