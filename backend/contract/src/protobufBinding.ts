import { matchesSubject } from './access';

/** Where a binding holds; `stream` null is any stream of its cluster. */
export interface BoundTo {
  readonly subject: string;
  readonly stream: string | null;
}

/** A word is narrower than `*`, and that is narrower than `>`. */
const width = (token: string | undefined): number => (token === undefined || token === '>' ? 2 : token === '*' ? 1 : 0);

/**
 * The narrower pattern first: token by token from the left, as a subject is read, the first difference decides. Of one
 * pattern that of a stream comes before that of any stream.
 */
export function narrowerFirst(a: BoundTo, b: BoundTo): number {
  const left = a.subject.split('.');
  const right = b.subject.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = width(left[i]) - width(right[i]);
    if (difference !== 0) return difference;
  }
  return (a.stream === null ? 1 : 0) - (b.stream === null ? 1 : 0);
}

/** The one that holds for a message; undefined where none does. */
export const chooseBinding = <T extends BoundTo>(
  bindings: readonly T[],
  stream: string,
  subject: string,
): T | undefined =>
  bindings
    .filter((bound) => (bound.stream === null || bound.stream === stream) && matchesSubject(bound.subject, subject))
    .sort(narrowerFirst)[0];
