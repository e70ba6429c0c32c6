import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lines, unescaped, type Value } from './text';

const written = (...rows: Value[][]) => {
  const lines = new Lines();
  for (const row of rows) {
    for (const value of row) lines.field(value);
    lines.end();
  }
  return Buffer.from(lines.bytes()).toString('utf8');
};

describe('lines', () => {
  it('are as ClickHouse reads them', () => {
    expect(
      written(
        ['a', 1, 0, 10, 999_999_999, 1e9, 2 ** 53, -3, 1.5, true, false, null, ''],
        ['tab\there', 'back\\slash', 'new\nline', 'größe €'],
      ),
    ).toBe(
      'a\t1\t0\t10\t999999999\t1000000000\t9007199254740992\t-3\t1.5\ttrue\tfalse\t\\N\t\n' +
        'tab\\there\tback\\\\slash\tnew\\nline\tgröße €\n',
    );
  });

  it('tell nothing from the text backslash N', () => {
    expect(written([null, '\\N'])).toBe('\\N\t\\\\N\n');
  });

  it('give back whatever was written, whatever its length', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), { minLength: 1 }), (rows) => {
        const whole = rows.map((row) => row.map((value) => value.replace(/[\ud800-\udfff]/g, '')));
        const lines = written(...whole)
          .split('\n')
          .slice(0, -1);
        expect(lines.map((line) => line.split('\t').map(unescaped))).toEqual(whole);
      }),
    );
    expect(written(['x'.repeat(200_000), 'ü'.repeat(100_000)])).toHaveLength(300_002);
  });
});
