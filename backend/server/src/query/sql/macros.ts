import { invalid } from '../../platform/errors';
import type { Window } from '../engine/deps';

const column = /^\s*(?:[A-Za-z_][A-Za-z0-9_]*\.)?[A-Za-z_][A-Za-z0-9_]*\s*$/;

const instant = (ms: number) => `fromUnixTimestamp64Milli(toInt64(${Math.round(ms)}), 'UTC')`;

type Macro = (argument: string | null, window: Window) => string;

const needsColumn =
  (name: string, expand: (column: string, window: Window) => string): Macro =>
  (argument, window) => {
    if (argument === null || !column.test(argument))
      throw invalid('sql', `$__${name} takes the name of a column: $__${name}(time)`);
    return expand(argument.trim(), window);
  };

const bare =
  (name: string, expand: (window: Window) => string): Macro =>
  (argument, window) => {
    if (argument !== null) throw invalid('sql', `$__${name} takes nothing in brackets`);
    return expand(window);
  };

const seconds = ({ intervalMs }: Window) => Math.max(1, Math.ceil(intervalMs / 1000));

/** Grafana's usual names. What they become are numbers and the column's name, never text of the asker. */
const macros: Readonly<Record<string, Macro>> = {
  timeFilter: needsColumn(
    'timeFilter',
    (c, { fromMs, toMs }) => `(${c} >= ${instant(fromMs)} AND ${c} < ${instant(toMs)})`,
  ),
  timeInterval: needsColumn(
    'timeInterval',
    (c, window) => `toStartOfInterval(${c}, toIntervalSecond(${seconds(window)}))`,
  ),
  timeFrom: bare('timeFrom', ({ fromMs }) => instant(fromMs)),
  timeTo: bare('timeTo', ({ toMs }) => instant(toMs)),
  interval: bare('interval', (window) => String(seconds(window))),
  interval_s: bare('interval_s', (window) => String(seconds(window))),
};

export const macroNames: readonly string[] = Object.keys(macros);

/** Strings, quoted names and comments as ClickHouse reads them, heredocs included: macros inside them are text. */
const skipped =
  /'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|`(?:[^`\\]|\\[^]|``)*`|--[^\n]*|#[! ][^\n]*|\/\*[^]*?\*\/|\$\$[^]*?\$\$/y;
const macro = /\$__([A-Za-z_]+)(?:\(([^()]*)\))?/y;
/** Brackets behind these belong to the statement. */
const withoutArgument = new Set(['timeFrom', 'timeTo', 'interval', 'interval_s']);

/** Puts the time range and the interval in. @throws ApiError 400 for a macro that is not known */
export function expandMacros(sql: string, window: Window): string {
  let out = '';
  let at = 0;
  while (at < sql.length) {
    skipped.lastIndex = at;
    const kept = skipped.exec(sql)?.[0];
    if (kept !== undefined) {
      out += kept;
      at += kept.length;
      continue;
    }
    macro.lastIndex = at;
    const found = macro.exec(sql);
    if (!found) {
      out += sql[at++];
      continue;
    }
    const [all, name = '', argument] = found;
    const expand = Object.entries(macros).find(([key]) => key === name)?.[1];
    if (!expand)
      throw invalid('sql', `there is no macro $__${name}: use ${macroNames.map((key) => `$__${key}`).join(', ')}`);
    const empty = argument !== undefined && argument.trim() === '' && withoutArgument.has(name);
    out += expand(argument === undefined || empty ? null : argument, window);
    at += all.length;
  }
  return out;
}
