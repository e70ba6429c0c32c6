import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Owner } from '../sample/rows';
import type { Usage } from './asker';
import { readAdvisory, type EventRow, type HeardIn } from './event';

/** Kept of one type between two collections; naks and ephemeral consumers come by the thousand. */
const perType = 200;
/** Messages given up are counted one by one: somebody has to look at each. */
const givenUp = /^(?:max_deliver|terminated)$/;
export const mostGivenUp = 5000;
/** Clients make ephemeral consumers by the thousand: those do not push out who purged a stream. */
const kindOf = ({ type, title }: EventRow): string =>
  type === 'api_audit' && /^\$JS\.(?:[^.]+\.)?API\.CONSUMER\./.test(title) ? 'api_audit of consumers' : type;
const mostOf = (type: string) => (givenUp.test(type) ? mostGivenUp : perType);

export interface Advisories {
  /** what came since the last time, and how many of which type were too many to keep */
  take(): { rows: EventRow[]; suppressed: ReadonlyMap<string, number> };
  /** a configuration was changed since the last time: what is known of limits is old */
  configChanged(): boolean;
  /** the API dropped its queue since the last time */
  limitReached(): boolean;
  close(): void;
}

export interface Listen {
  readonly nc: NatsConnection;
  readonly subjects: readonly string[];
  readonly heard: () => HeardIn;
}

export function watchAdvisories(
  owner: () => Owner,
  listen: readonly Listen[],
  usage: Usage,
  onServerRemoved: (server: string) => void,
): Advisories {
  let rows = new Map<string, EventRow>();
  let counts = new Map<string, number>();
  let changed = false;
  let limited = false;
  const take = (message: Msg, heard: HeardIn) => {
    usage.bytes += message.data.byteLength;
    let value: unknown;
    try {
      value = message.json();
    } catch {
      return; // Not JSON: nothing that a server has published.
    }
    const row = readAdvisory(value, owner(), heard, message.subject);
    if (!row) return;
    if (/^(stream|consumer)_action$/.test(row.type)) changed ||= /modify|create|update/.test(row.title);
    limited ||= row.type === 'api_limit_reached';
    if (row.type === 'server_removed') onServerRemoved(row.server);
    if (rows.has(row.id)) return;
    const kind = kindOf(row);
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    if (count <= mostOf(kind)) rows.set(row.id, row);
  };
  const subscriptions: Subscription[] = listen.flatMap(({ nc, subjects, heard }) =>
    subjects.map((subject) =>
      nc.subscribe(subject, {
        // A refused subscription ends by itself; the account's other subjects go on.
        callback: (error, message) => {
          if (!error) take(message, heard());
        },
      }),
    ),
  );
  return {
    take: () => {
      const taken = [...rows.values()];
      const suppressed = new Map(
        [...counts].flatMap(([type, n]) => (n > mostOf(type) ? [[type, n - mostOf(type)]] : [])),
      );
      rows = new Map();
      counts = new Map();
      return { rows: taken, suppressed };
    },
    configChanged: () => {
      const was = changed;
      changed = false;
      return was;
    },
    limitReached: () => {
      const was = limited;
      limited = false;
      return was;
    },
    close: () => {
      for (const subscription of subscriptions) subscription.unsubscribe();
    },
  };
}

export const accountAdvisories = ['$JS.EVENT.ADVISORY.>'] as const;
export const systemAdvisories = [
  '$JS.EVENT.ADVISORY.>',
  '$SYS.SERVER.*.SHUTDOWN',
  '$SYS.SERVER.*.LAMEDUCK',
  '$SYS.SERVER.*.CLIENT.AUTH.ERR',
] as const;
