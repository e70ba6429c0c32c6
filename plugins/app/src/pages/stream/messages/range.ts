import { contentKeys, isNarrowed, type Filter } from '../filter';

/** The part of a stream that the form of the list names, oldest first: from where it starts on, or up to there. */
export function rangeOf(filter: Filter) {
  const newer = filter.direction === 'newer';
  const seq = /^[1-9]\d{0,15}$/.test(filter.seq.trim()) ? Number(filter.seq) : undefined;
  const parts = Object.fromEntries(
    (['subject', ...contentKeys] as const).map((key) => [key, filter[key].trim() === '' ? undefined : filter[key]]),
  );
  return {
    ...parts,
    ...(filter.from === 'seq' && (newer ? { fromSeq: seq } : { toSeq: seq })),
    ...(filter.from === 'time' && (newer ? { fromTime: filter.time } : { toTime: filter.time })),
  };
}

/** The same for a person. */
export function rangeWords(filter: Filter): string {
  const what = isNarrowed(filter) ? 'What the filter finds' : 'All messages';
  const way = filter.direction === 'newer' ? 'from' : 'up to';
  if (filter.from === 'seq') return `${what}, ${way} sequence ${filter.seq}`;
  return filter.from === 'time' ? `${what}, ${filter.direction === 'newer' ? 'from' : 'before'} ${filter.time}` : what;
}
