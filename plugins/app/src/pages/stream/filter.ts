import { dateTimeParse } from '@grafana/data';
import type { QueryIn, Routes } from '@jetstream-console/contract';

export type From = 'newest' | 'oldest' | 'seq' | 'time';
export type Direction = 'older' | 'newer';

/** Which messages are looked for, as text in the form and in the URL. */
export interface Filter {
  readonly from: From;
  readonly seq: string;
  /** an instant in ISO 8601 */
  readonly time: string;
  readonly direction: Direction;
  readonly subject: string;
  readonly header: string;
  readonly text: string;
  readonly regex: string;
  readonly jsonPath: string;
}
export const filterKeys = ['seq', 'time', 'direction', 'subject', 'header', 'text', 'regex', 'jsonPath'] as const;
export const contentKeys = ['header', 'text', 'regex', 'jsonPath'] as const;

export function filterFrom(get: (key: string) => string | undefined): Filter {
  const seq = get('seq') ?? '';
  const time = get('time') ?? '';
  const newer = get('direction') === 'newer';
  return {
    from: seq !== '' ? 'seq' : time !== '' ? 'time' : newer ? 'oldest' : 'newest',
    seq,
    time,
    direction: newer ? 'newer' : 'older',
    subject: get('subject') ?? '',
    header: get('header') ?? '',
    text: get('text') ?? '',
    regex: get('regex') ?? '',
    jsonPath: get('jsonPath') ?? '',
  };
}

/** Both ends of a stream say the direction by themselves. */
const directionOf = (filter: Filter): Direction =>
  filter.from === 'newest' ? 'older' : filter.from === 'oldest' ? 'newer' : filter.direction;

export function filterToUrl(filter: Filter): Record<(typeof filterKeys)[number], string | null> {
  return {
    seq: filter.from === 'seq' ? filter.seq.trim() : null,
    time: filter.from === 'time' ? filter.time : null,
    direction: directionOf(filter) === 'newer' ? 'newer' : null,
    subject: filter.subject.trim(),
    header: filter.header.trim(),
    text: filter.text,
    regex: filter.regex,
    jsonPath: filter.jsonPath.trim(),
  };
}

/** Whether payloads or headers have to be looked at: then it is a search that takes time, else a page of the stream. */
export const isSearch = (filter: Filter): boolean => contentKeys.some((key) => filter[key] !== '');
export const isNarrowed = (filter: Filter): boolean => isSearch(filter) || filter.subject !== '';

export type MessageQueryIn = QueryIn<Routes['listMessages']>;

export function filterToQuery(filter: Filter): MessageQueryIn {
  const { direction: _direction, ...parts } = filterToUrl(filter);
  return {
    ...Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== null && value !== '')),
    direction: directionOf(filter),
  };
}

/**
 * A time as a person writes it: ISO 8601, `2026-01-31 14:00` in the time zone that Grafana is set to, or relative as in
 * `now-15m`. Null where it is none of these.
 */
export function instantOf(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const absolute = /^\d{4}-\d\d-\d\d/.test(trimmed);
  if (!absolute && !/^now(-\d+[smhdw])?$/.test(trimmed)) return null;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(trimmed) && absolute;
  if (zoned) return Number.isNaN(Date.parse(trimmed)) ? null : new Date(trimmed).toISOString();
  const parsed = dateTimeParse(trimmed.replace('T', ' '));
  return parsed.isValid() ? parsed.toISOString() : null;
}
