import { isOn, type NatsConfig } from '@jetstream-console/contract';
import { z } from 'zod';
import type { Link } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import { apiRequest, parseReply } from '../api';
import { readConfig, takesSubject } from './original';

const namesReply = z.object({ streams: z.array(z.string()).nullish() });

export interface Target {
  readonly stream: string;
  readonly config: NatsConfig;
}

const refused = (why: string) => new ApiError(422, 'retry_refused', `Nothing was sent: ${why}`);

/**
 * The stream that a retry goes into: its own, and where that one takes the subject no more (a mirror, one with sources)
 * the one that does.
 * @throws ApiError 422 where none takes it
 */
export async function targetFor(link: Link, stream: string, subject: string, signal: AbortSignal): Promise<Target> {
  const own = await readConfig(link, stream, signal);
  if (own && takesSubject(own, subject)) return checked({ stream, config: own });
  const { streams } = parseReply(
    namesReply,
    await apiRequest(link, 'STREAM.NAMES', { subject }, signal),
    'STREAM.NAMES',
  );
  const [other] = streams ?? [];
  const config = other === undefined ? null : await readConfig(link, other, signal);
  if (other === undefined || !config || !takesSubject(config, subject))
    throw refused(`no stream of this account takes the subject ${subject}. Edit and retry can name another one.`);
  return checked({ stream: other, config });
}

function checked(target: Target): Target {
  const { stream, config } = target;
  const why = isOn(config, 'sealed')
    ? `${stream} is sealed: nothing comes in any more.`
    : isOn(config, 'no_ack')
      ? `${stream} acknowledges nothing (no_ack), so nobody would know whether it was stored.`
      : isOn(config, 'allow_msg_counter')
        ? `${stream} holds counters, which take increments and no messages.`
        : null;
  if (why !== null) throw refused(why);
  return target;
}

export type TargetOf = (stream: string, subject: string) => Promise<Target>;

/** The same stream and subject are asked about once a run. */
export function targetsOf(link: Link, signal: AbortSignal): TargetOf {
  const known = new Map<string, Promise<Target>>();
  return (stream, subject) => {
    const key = `${stream} ${subject}`;
    const found = known.get(key) ?? targetFor(link, stream, subject, signal);
    // Subjects may be as many as messages: no more of them are held than is worth it.
    if (known.size < 1000) known.set(key, found);
    return found;
  };
}
