import { hash, verify } from '@node-rs/argon2';
import { ApiError } from '../platform/errors';

/** argon2id, the library's default; OWASP's second choice of cost: 19 MiB, two passes, one lane. */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Each hash holds 19 MiB and a core: more than this at once is refused, so that a flood cannot take the machine. */
const maxAtOnce = 4;
const maxWaiting = 32;

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= maxAtOnce) {
    if (waiting.length >= maxWaiting)
      throw new ApiError(429, 'too_many_requests', 'Too many log-ins at once. Try again in a few seconds.', {
        retryAfter: 3,
      });
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, options));

/** A hash of nothing in particular: an unknown account costs the same time as a known one. */
let decoy: Promise<string> | null = null;

/** @param stored null for an account that is not there: the answer is false, after the same work */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this password');
  const against = stored ?? (await decoy);
  const right = await inTurn(() => verify(against, password));
  return right && stored !== null;
}
