import type { StreamRow } from '@jetstream-console/contract';
import { dateTimeFormat, formattedValueToString, getValueFormat, type FormattedValue } from '@grafana/data';

const unknown = '–';
const bytesFormat = getValueFormat('bytes');
const shortFormat = getValueFormat('short');
const shown = (value: FormattedValue): string => formattedValueToString(value).replace(/\.0(?= |$)/, '');

/** IEC bytes, as storage limits are set. A figure nobody knows is a dash, never a zero. */
export const bytes = (value: number | null | undefined): string =>
  value === null || value === undefined ? unknown : shown(bytesFormat(value, 1));
export const count = (value: number | null | undefined): string =>
  value === null || value === undefined
    ? unknown
    : value < 10_000
      ? value.toLocaleString('en-US')
      : shown(shortFormat(value, 1)).replace(' Mil', ' M').replace(' Bil', ' G');
/** To the last digit, for hovering. */
export const exact = (value: number | null | undefined): string =>
  value === null || value === undefined ? 'unknown' : value.toLocaleString('en-US');
export const percent = (value: number | null): string =>
  value === null ? unknown : value >= 0.995 && value < 1 ? '99 %' : `${Math.round(value * 100)} %`;
export const limit = (value: number, show: (n: number) => string): string => (value < 0 ? 'no limit' : show(value));

/** The limit that a stream comes to first. */
export const limitText = (row: Pick<StreamRow, 'limitBy' | 'maxBytes' | 'maxMessages'>): string =>
  row.limitBy === 'bytes' ? bytes(row.maxBytes) : `${exact(row.maxMessages)} messages`;

/** @param instant ISO 8601, or milliseconds since 1970 */
export const time = (iso: string | number | null | undefined): string =>
  iso ? dateTimeFormat(iso, { format: 'YYYY-MM-DD HH:mm:ss.SSS' }) : unknown;
const units: [number, string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
];
/** The two largest units that are there: `2 d 3 h`, `450 ms`. */
export function duration(seconds: number): string {
  if (seconds === 0) return '0 s';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const [size, unit] of units) {
    const n = Math.floor(rest / size);
    if (n > 0) parts.push(`${n} ${unit}`);
    rest -= n * size;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
}

/** How long ago, to the largest unit: what happened this second is `now`. A clock that runs ahead is not the future. */
export function ago(iso: string | null | undefined, now = Date.now()): string {
  if (!iso) return 'never';
  const seconds = Math.floor((now - Date.parse(iso)) / 1000);
  const unit = units.find(([size]) => seconds >= size);
  return unit ? `${Math.floor(seconds / unit[0])} ${unit[1]} ago` : 'now';
}
