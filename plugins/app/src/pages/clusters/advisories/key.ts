import type { Advisory } from '@jetstream-console/contract';

/** What a link carries to one of them. Ids hold anything but white space. */
export const keyOf = ({ time, id }: Pick<Advisory, 'time' | 'id'>): string => `${time} ${id}`;

export function fromKey(key: string): { time: string; id: string } {
  const at = key.indexOf(' ');
  return { time: key.slice(0, Math.max(at, 0)), id: key.slice(at + 1) };
}
