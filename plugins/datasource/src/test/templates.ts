import type { Replace } from '../query/interpolate';

interface Variable {
  readonly value: unknown;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
}

/** Replaces `$name` and `${name}` as Grafana's template service does, handing each value to the formatter. */
export const replaceWith =
  (
    variables: Readonly<Record<string, unknown>>,
    infos: Readonly<Record<string, Omit<Variable, 'value'>>> = {},
  ): Replace =>
  (text, format) =>
    text.replace(/\$\{(\w+)\}|\$(\w+)/g, (match, braced: string | undefined, bare: string | undefined) => {
      const name = braced ?? bare ?? '';
      return name in variables ? format(variables[name], infos[name]) : match;
    });
