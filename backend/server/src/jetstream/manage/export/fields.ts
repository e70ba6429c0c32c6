import { settingOf, withoutServerLabels, type NatsConfig } from '@jetstream-console/contract';

/** How one field is written in another tool's form: name and value there; null where it cannot be said. */
export type Written = readonly (readonly [name: string, value: unknown])[] | null;
export type Writer = (value: unknown) => Written;

/** Under another name, or the same. */
export const as =
  (name: string): Writer =>
  (value) => [[name, value]];

/**
 * Turns the fields that are set into another form. What is as good as absent is left out: the other tool has the same
 * defaults, the server's.
 */
export function translate(
  config: NatsConfig,
  writers: Readonly<Record<string, Writer>>,
): { pairs: (readonly [name: string, value: unknown])[]; left: string[] } {
  const pairs: (readonly [string, unknown])[] = [];
  const left: string[] = [];
  for (const [field, value] of Object.entries(withoutServerLabels(config))) {
    if (settingOf(field, value) === undefined) continue;
    const written = writers[field]?.(value) ?? null;
    if (written === null) left.push(field);
    else pairs.push(...written);
  }
  return { pairs, left };
}

export const objectOf = (value: unknown): Readonly<Record<string, unknown>> => ({ ...Object(value) });
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** Without what is absent. */
export const compact = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined && item !== ''));
