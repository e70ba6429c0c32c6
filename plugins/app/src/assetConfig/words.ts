import { bytes, duration, exact, time } from '../format';

/** A setting as the server named and valued it, in words. */
export interface Setting {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  /** what the server does with it */
  readonly help: string;
}
export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly Setting[];
}

export type Show = (value: unknown) => string;
export interface Field {
  readonly key: string;
  readonly label: string;
  readonly help: string;
  readonly show: Show;
  /** what it means where the server leaves the field out; without it an absent field is not shown */
  readonly absent?: string;
}
export interface FieldGroup {
  readonly title: string;
  readonly fields: readonly Field[];
}

export const plain: Show = (value) =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.map(plain).join(', ') : JSON.stringify(value);
export const list: Show = (value) =>
  Array.isArray(value) ? (value.length === 0 ? 'none' : value.map(plain).join(', ')) : plain(value);
export const yesNo: Show = (value) => (value === true ? 'yes' : 'no');

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
/** JetStream writes -1 for no limit, and 0 for it where a field was left out at creation. */
const unlessNone =
  (none: string, show: (n: number) => string): Show =>
  (value) => {
    const n = number(value);
    return n === null ? plain(value) : n <= 0 ? none : show(n);
  };
export const countLimit = unlessNone('no limit', exact);
export const byteLimit = unlessNone('no limit', bytes);
const nanoseconds = (n: number) => duration(n / 1e9);
export const timeLimit = unlessNone('no limit', nanoseconds);
export const span = (none: string) => unlessNone(none, nanoseconds);
export const sequenceFrom = (none: string) => unlessNone(none, exact);
export const spans: Show = (value) =>
  Array.isArray(value) ? value.map((part) => span('at once')(part)).join(', then ') : plain(value);
export const when: Show = (value) => (typeof value === 'string' ? time(value) : plain(value));
export const pairs: Show = (value) =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([key, entry]) => `${key}: ${plain(entry)}`)
        .join(', ') || 'none'
    : plain(value);
/** The server's word, and what it means. */
export const oneOf =
  (meanings: Readonly<Record<string, string>>): Show =>
  (value) => {
    const word = plain(value);
    return meanings[word] === undefined ? word : `${word}: ${meanings[word]}`;
  };

/**
 * A configuration sorted by what its fields are for. What this console does not know by name is shown as it is, under
 * a heading of its own: nothing is left out.
 */
export function inWords(
  config: Readonly<Record<string, unknown>>,
  groups: readonly FieldGroup[],
): readonly SettingGroup[] {
  const known = new Set(groups.flatMap(({ fields }) => fields.map(({ key }) => key)));
  const shown = groups.map(({ title, fields }) => ({
    title,
    settings: fields.flatMap(({ key, label, help, show, absent }) => {
      const value = config[key];
      if (value === undefined || value === null)
        return absent === undefined ? [] : [{ key, label, help, value: absent }];
      return [{ key, label, help, value: show(value) }];
    }),
  }));
  const others = Object.entries(config)
    .filter(([key, value]) => !known.has(key) && value !== null)
    .map(([key, value]) => ({
      key,
      label: key,
      value: plain(value),
      help: 'A field of this server that the console has no words for.',
    }));
  return [...shown, { title: 'Not known here', settings: others }].filter(({ settings }) => settings.length > 0);
}
