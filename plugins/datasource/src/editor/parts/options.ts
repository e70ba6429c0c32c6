import { getTemplateSrv } from '@grafana/runtime';
import type { ComboboxOption } from '@grafana/ui';
import { useCallback } from 'react';
import type { JetStreamDataSource } from '../../datasource';
import { reasonOf } from '../../live/live';
import type { Values, ValuesInput } from '../../resources';

export type Option = ComboboxOption<string>;
export type LoadOptions = (search: string) => Promise<Option[]>;

const information = (label: string): Option => ({ value: `info:${label}`, label, infoOption: true });
const variableGroup = 'Variables';

export const variableOptions = (names: readonly string[], search: string): Option[] =>
  names
    .map((name) => `$${name}`)
    .filter((name) => name.toLowerCase().includes(search.toLowerCase()))
    .map((value) => ({ value, label: value, group: variableGroup }));

/** What the console has, and a word where it has more than it shows. */
export function valueOptions({ items, complete }: Values): Option[] {
  const options = items.map(({ value, text }): Option => ({
    value,
    label: text,
    ...(text !== value && { description: value }),
  }));
  return complete ? options : [...options, information('There are more: type a part of the name')];
}

/** Suggestions for a field: the dashboard's variables, then what the console has. Not having them keeps nobody from typing. */
export function useValueOptions(
  datasource: Pick<JetStreamDataSource, 'resources'>,
  { of, cluster, stream }: Pick<ValuesInput, 'of' | 'cluster' | 'stream'>,
): LoadOptions {
  return useCallback(
    async (search) => {
      const variables = variableOptions(
        getTemplateSrv()
          .getVariables()
          .map(({ name }) => name),
        search,
      );
      try {
        const found = await datasource.resources.values({
          of,
          ...(cluster && { cluster }),
          ...(stream && { stream }),
          ...(search && { search }),
          limit: 200,
        });
        return [...variables, ...valueOptions(found)];
      } catch (error) {
        return [...variables, information(`No suggestions: ${reasonOf(error)}`)];
      }
    },
    [datasource, of, cluster, stream],
  );
}

/** A single concrete name, to narrow suggestions by; a variable or several narrow nothing. */
export const onlyConcrete = (names: readonly string[] | undefined): string | undefined =>
  names?.length === 1 && names[0] && !/[$*]/.test(names[0]) ? names[0] : undefined;
