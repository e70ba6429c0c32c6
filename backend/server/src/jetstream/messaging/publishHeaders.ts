import { isOn, listOf, matchesSubject, numberOf, type NatsConfig, type PublishBody } from '@jetstream-console/contract';
import type { HeaderPairs } from '../publish';

type Ttl = NonNullable<PublishBody['ttl']>;
const ttlOf = (ttl: Ttl) => (ttl === 'never' ? 'never' : `${ttl}s`);
const pair = (name: string, value: string | number | undefined): [string, string][] =>
  value === undefined ? [] : [[name, String(value)]];

/** What of a message the servers act on, as they read it: the headers of nats-server's stream.go. */
export function publishHeaders(stream: string, message: Omit<PublishBody, 'payload' | 'subject'>): HeaderPairs {
  const { headers, messageId, expect, ttl, schedule, increment } = message;
  return [
    ...headers.map(({ name, value }): [string, string] => [name, value]),
    // Stored in another stream it would not be what was asked for. Servers refuse the demand beside an increment.
    ...pair('Nats-Expected-Stream', increment === undefined ? stream : undefined),
    ...pair('Nats-Msg-Id', messageId),
    ...pair('Nats-Expected-Last-Sequence', expect.lastSequence),
    ...pair('Nats-Expected-Last-Subject-Sequence', expect.lastSubjectSequence),
    ...pair('Nats-Expected-Last-Msg-Id', expect.lastMessageId),
    ...pair('Nats-TTL', ttl === undefined ? undefined : ttlOf(ttl)),
    ...pair('Nats-Incr', increment),
    ...(schedule === undefined
      ? []
      : [
          ...pair('Nats-Schedule', schedule.pattern),
          ...pair('Nats-Schedule-Target', schedule.target),
          ...pair('Nats-Schedule-Source', schedule.source),
          ...pair('Nats-Schedule-TTL', schedule.ttl === undefined ? undefined : ttlOf(schedule.ttl)),
          ...pair('Nats-Schedule-Time-Zone', schedule.timeZone),
        ]),
  ];
}

export interface PublishFault {
  readonly field: string;
  readonly message: string;
}

const captures = (config: NatsConfig, subject: string): boolean =>
  listOf(config, 'subjects').some((pattern) => matchesSubject(String(pattern), subject));

/** Why this stream would not take the message, by its configuration: an older server would ignore the header instead. */
export function publishFaults(
  config: NatsConfig,
  { subject, ttl, schedule, increment }: Pick<PublishBody, 'subject' | 'ttl' | 'schedule' | 'increment'>,
  bytes: number,
  maxPayload: number,
): PublishFault[] {
  const subjects = listOf(config, 'subjects').map(String);
  const mostBytes = Math.min(
    numberOf(config, 'max_msg_size') > 0 ? numberOf(config, 'max_msg_size') : Infinity,
    maxPayload,
  );
  const faults: (PublishFault | false)[] = [
    config['mirror'] !== undefined
      ? { field: 'subject', message: 'this stream is a mirror, which takes messages from its origin alone' }
      : !captures(config, subject) && {
          field: 'subject',
          message:
            subjects.length === 0
              ? 'this stream has no subjects of its own: it draws from others'
              : `this stream does not take it. It takes ${subjects.slice(0, 10).join(', ')}`,
        },
    isOn(config, 'sealed') && { field: 'subject', message: 'the stream is sealed: nothing comes in any more' },
    isOn(config, 'no_ack') && {
      field: 'subject',
      message: 'the stream acknowledges nothing (no_ack), so nobody would know whether it was stored',
    },
    bytes > mostBytes && {
      field: 'payload',
      message: `is ${bytes} bytes with its headers; this stream takes ${mostBytes} at most`,
    },
    ttl !== undefined &&
      !isOn(config, 'allow_msg_ttl') && {
        field: 'ttl',
        message: 'the stream lets no message have a life of its own (allow_msg_ttl, NATS 2.11)',
      },
    increment !== undefined &&
      !isOn(config, 'allow_msg_counter') && {
        field: 'increment',
        message: 'the stream holds no counters (allow_msg_counter, NATS 2.12)',
      },
    increment === undefined &&
      isOn(config, 'allow_msg_counter') && {
        field: 'increment',
        message: 'the stream holds counters: give what is added, such as +1',
      },
    schedule !== undefined &&
      !isOn(config, 'allow_msg_schedules') && {
        field: 'schedule',
        message: 'the stream holds no schedules (allow_msg_schedules, NATS 2.12)',
      },
    schedule !== undefined &&
      !captures(config, schedule.target) && {
        field: 'schedule.target',
        message: 'the stream does not take this subject, and a schedule publishes into its own stream',
      },
    schedule?.source !== undefined &&
      !captures(config, schedule.source) && {
        field: 'schedule.source',
        message: 'the stream does not hold this subject',
      },
  ];
  return faults.filter((fault) => fault !== false);
}
