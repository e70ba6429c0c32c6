import type { ReplaySubject } from '@jetstream-console/contract';
import { headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { Stored } from '../reader';

export function replayedSubject(to: ReplaySubject, subject: string): string {
  switch (to.as) {
    case 'same':
      return subject;
    case 'subject':
      return to.subject;
    case 'prefix':
      return `${to.prefix}.${subject}`;
  }
}

/**
 * Headers that made the server do something when the message was published first: to do it again would refuse the copy,
 * remove messages of the target, or publish elsewhere. The constants are those of nats-server's stream.go.
 */
const commands =
  /^nats-(expected-.*|rollup|batch-.*|schedule|schedule-.*|scheduler|incr|counter-sources|trace-.*|required-api-level)$/i;

export interface HeaderRules {
  readonly messageIds: 'keep' | 'drop';
  /** whether the target lets messages have a life of their own */
  readonly ttl: boolean;
}

export const staysOut = (name: string, { messageIds, ttl }: HeaderRules): boolean =>
  commands.test(name) || (!ttl && /^nats-ttl$/i.test(name)) || (messageIds === 'drop' && /^nats-msg-id$/i.test(name));

/** The headers of a copy, and the names of those that were left out. */
export function replayedHeaders(
  message: Stored,
  target: string,
  rules: HeaderRules,
): { headers: MsgHdrs; leftOut: string[] } {
  const headers = natsHeaders();
  const leftOut: string[] = [];
  for (const [name, values] of message.headers()) {
    if (staysOut(name, rules)) leftOut.push(name);
    else for (const value of values) headers.append(name, value);
  }
  // Stored elsewhere it would be counted as copied, and be none.
  headers.append('Nats-Expected-Stream', target);
  return { headers, leftOut };
}
