/** What a line carries beside its message. Values are shown as they are; secrets do not belong here. */
export type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export const levels = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

/** go-plugin reads at most 64 KiB a line and ends its reader on a longer one. */
const longest = 8192;
const bounded = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/**
 * One line as Grafana's host reads it from stderr: `@level`, `@message` and `@timestamp` are texts, and the time has
 * exactly six digits after the point, or the line is taken for raw text.
 */
export function logLine(level: Level, message: string, fields: Fields = {}, now = new Date()): string {
  const shown = Object.entries(fields).map(([key, value]) => [key, typeof value === 'string' ? bounded(value) : value]);
  return `${JSON.stringify({
    ...Object.fromEntries(shown),
    '@level': level,
    '@message': bounded(message),
    '@timestamp': now.toISOString().replace(/\.(\d{3})Z$/, '.$1000Z'),
  })}\n`;
}

export type Log = Readonly<Record<Level, (message: string, fields?: Fields) => void>>;

export function makeLog(write: (line: string) => void): Log {
  const at = (level: Level) => (message: string, fields?: Fields) => write(logLine(level, message, fields));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const words = (values: unknown[]): string =>
  values.map((value) => (value instanceof Error ? (value.stack ?? value.message) : String(value))).join(' ');

/** stdout belongs to the handshake: whatever a library prints goes to the log. */
export function catchConsole(log: Log, target: Console = console): void {
  target.debug = (...values: unknown[]) => log.debug(words(values));
  target.trace = target.debug;
  target.log = (...values: unknown[]) => log.info(words(values));
  target.info = target.log;
  target.warn = (...values: unknown[]) => log.warn(words(values));
  target.error = (...values: unknown[]) => log.error(words(values));
}
