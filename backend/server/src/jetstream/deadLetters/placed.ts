import { errors } from '@nats-io/transport-node';
import type { Link } from '../../clusters/link';
import { ApiError } from '../../platform/errors';
import { atMost } from '../api';
import { streamFacts } from '../messages';
import type { Heard } from './advisory';
import { isEarlier } from './original';
import type { Placed } from './workerStore';

const askedAtOnce = 8;

/**
 * Writes to each letter which stream had it, so that another one of the same name is not taken for it later. A letter
 * whose stream is gone, or was made anew before anybody asked, stays without.
 */
export async function placed(link: Link, letters: readonly Heard[]): Promise<Placed[]> {
  const created = new Map<string, string>();
  await atMost(askedAtOnce, [...new Set(letters.map(({ stream }) => stream))], async (stream) => {
    try {
      created.set(stream, (await streamFacts(link, stream, true)).created);
    } catch (error) {
      // The letter is worth more than its place: it is written down without.
      if (!(error instanceof ApiError || error instanceof errors.ConnectionError)) throw error;
    }
  });
  return letters.map((letter) => {
    const of = created.get(letter.stream);
    return { ...letter, created: of !== undefined && isEarlier(of, letter.at) ? of : null };
  });
}
