import { describe, expect, it } from 'vitest';
import { catchConsole, logLine, makeLog } from './log';

const read = (line: string): Record<string, unknown> => {
  expect(line.endsWith('\n')).toBe(true);
  expect(line.trimEnd()).not.toContain('\n');
  return JSON.parse(line) as Record<string, unknown>;
};

describe('a log line', () => {
  it('has six digits after the point whatever the time is', () => {
    for (const at of ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.1Z', '2026-01-02T03:04:05.123Z']) {
      const line = read(logLine('info', 'x', {}, new Date(at)));
      expect(line['@timestamp']).toMatch(/^2026-01-02T03:04:05\.\d{6}Z$/);
    }
  });

  it('keeps its own keys from fields of the same name, as the host wants texts there', () => {
    expect(read(logLine('warn', 'real', { '@message': 5, '@level': true, n: 1 }))).toMatchObject({
      '@message': 'real',
      '@level': 'warn',
      n: 1,
    });
  });

  it('stays below what the host reads', () => {
    expect(logLine('error', 'ä'.repeat(100_000), { body: 'x'.repeat(100_000) }).length).toBeLessThan(40_000);
  });

  it('stays one line', () => {
    read(logLine('info', 'two\nlines', { a: 'b\nc' }));
  });
});

describe('the console', () => {
  it('writes to the log by level', () => {
    const lines: string[] = [];
    const target = { ...console };
    catchConsole(
      makeLog((line) => lines.push(line)),
      target,
    );
    target.log('a', 1);
    target.error(new Error('broken'));
    target.debug({});
    expect(lines.map((line) => read(line)['@level'])).toEqual(['info', 'error', 'debug']);
    expect(read(lines[0] ?? '')['@message']).toBe('a 1');
    expect(read(lines[1] ?? '')['@message']).toContain('broken');
  });
});
