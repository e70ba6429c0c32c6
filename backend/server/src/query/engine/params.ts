import { likeSafe } from '../../platform/like';
/** ClickHouse types that parameters of ours have. */
export type ParamType =
  'UUID' | 'Array(UUID)' | 'String' | 'Array(String)' | 'Int64' | 'Array(Int64)' | 'UInt32' | `Array(Tuple(${string}))`;

/** Collects values for `{name:Type}` places: no value is ever part of a statement's text. */
export class Params {
  readonly values: Record<string, unknown> = {};
  #count = 0;

  add(type: ParamType, value: unknown): string {
    const name = `p${this.#count++}`;
    this.values[name] = value;
    return `{${name}:${type}}`;
  }
}

/** Conditions that all have to hold; null is none. */
export const allOf = (conditions: readonly (string | null)[]): string =>
  conditions.filter((part) => part !== null).join('\n  AND ');

/** A glob as LIKE has it: `*` any run, `?` one character, everything else itself. */
export const likeOf = (glob: string): string => likeSafe(glob).replaceAll('*', '%').replaceAll('?', '_');
