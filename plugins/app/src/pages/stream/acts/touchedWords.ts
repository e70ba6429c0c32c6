import type { StreamImpact } from '@jetstream-console/contract';
import { bytes, exact } from '../../../format';

export type Touch = 'delete' | 'purge' | 'seal';

const many = (n: number, one: string) => `${exact(n)} ${one}${n === 1 ? '' : 's'}`;

/** Names, and how many more there are. */
const named = (names: readonly string[], total: number) =>
  names.length === 0 ? '' : `: ${names.join(', ')}${total > names.length ? ` and ${total - names.length} more` : ''}`;

const fates: Readonly<Record<Touch, { consumers: string; copies: string }>> = {
  delete: { consumers: 'are deleted with their positions', copies: 'keep what they have and get nothing more' },
  purge: { consumers: 'never get what they have not read', copies: 'keep what they have copied' },
  seal: { consumers: 'still read what is there', copies: 'get nothing more' },
};

/** How many a purge removes is counted apart: not all of them, as a rule. */
const messageFate: Readonly<Record<Touch, readonly [one: string, more: string] | null>> = {
  delete: ['is lost', 'are lost'],
  purge: null,
  seal: ['stays: nothing is added or removed any more', 'stay: nothing is added or removed any more'],
};

/** What an act touches, in sentences. */
export function touchedWords(impact: StreamImpact, touch: Touch): readonly string[] {
  const { messages, bytes: size, subjects, consumers, drawnBy, drawnByHidden } = impact;
  const copies = drawnBy.length + drawnByHidden;
  const fate = messageFate[touch];
  return [
    ...(fate === null
      ? []
      : [
          `${many(messages, 'message')} (${bytes(size)}${subjects === null ? '' : `, ${many(subjects, 'subject')}`}) ${fate[messages === 1 ? 0 : 1]}`,
        ]),
    consumers.total === 0
      ? 'no consumer reads it'
      : `${many(consumers.total, 'consumer')} ${fates[touch].consumers}${named(consumers.names, consumers.total)}`,
    copies === 0
      ? 'no stream of this account copies from it'
      : `${many(copies, 'stream')} that copy from it ${fates[touch].copies}${named(
          drawnBy.map(({ stream, as }) => `${stream} (${as})`),
          copies,
        )}`,
  ];
}
