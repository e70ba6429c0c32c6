import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { migrations } from './migrations';

/** Of the statements as they were released. A changed table is a further migration, and never a new hash here. */
const released: Readonly<Record<string, string>> = {
  '1 audit': '589a7b733aef5f6f9587a2c69b3079ce',
  '2 metrics': '3a2073c7f5b04a883d79d658df3780ac',
  '3 acknowledgements': '2ff22b2b141bcf44907b785eb936c6d2',
};

const hashOf = (statements: readonly string[]) =>
  createHash('sha256').update(statements.join('\n;\n')).digest('hex').slice(0, 32);

it('what was released is as it was, and what is new has its hash here', () => {
  expect(
    Object.fromEntries(migrations.map(({ version, name, statements }) => [`${version} ${name}`, hashOf(statements)])),
  ).toEqual(released);
});

it('versions rise by one, so that none is left out', () => {
  expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, i) => i + 1));
});
