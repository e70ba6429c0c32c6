import type { FieldChange } from '@jetstream-console/contract';
import type { Field, FieldGroup } from './words';

export interface ChangeWords {
  readonly field: string;
  readonly label: string;
  readonly help: string;
  readonly was: string;
  readonly becomes: string;
  /** of a list: what comes and what goes, which is what one looks for in a long one; else null */
  readonly items: { readonly added: readonly string[]; readonly removed: readonly string[] } | null;
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function itemsOf(before: unknown, after: unknown): ChangeWords['items'] {
  if (!isTexts(before) || !isTexts(after)) return null;
  const [old, now] = [new Set(before), new Set(after)];
  return { added: after.filter((item) => !old.has(item)), removed: before.filter((item) => !now.has(item)) };
}

const shown = (field: Field | undefined, value: unknown): string =>
  value === null || value === undefined
    ? (field?.absent ?? 'not set')
    : field === undefined
      ? JSON.stringify(value)
      : field.show(value);

/** A change in the words of the form. */
export function changeWords(groups: readonly FieldGroup[], { field: key, before, after }: FieldChange): ChangeWords {
  const field = groups.flatMap(({ fields }) => fields).find((known) => known.key === key);
  return {
    field: key,
    label: field?.label ?? key,
    help: field?.help ?? '',
    was: shown(field, before),
    becomes: shown(field, after),
    items: itemsOf(before, after),
  };
}
