import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesSubject } from './access';
import { chooseBinding, narrowerFirst, type BoundTo } from './protobufBinding';

const of = (text: string): BoundTo => {
  const [subject = '', stream = null] = text.split(' @');
  return { subject, stream };
};
const shown = (bound: BoundTo | undefined) =>
  bound && (bound.stream === null ? bound.subject : `${bound.subject} @${bound.stream}`);

describe('which binding holds', () => {
  it.each([
    ['none', [], undefined],
    ['none that matches', ['orders.eu.deleted', 'billing.>'], undefined],
    ['the subject itself', ['>', 'orders.>', 'orders.*.created', 'orders.eu.created'], 'orders.eu.created'],
    ['a word before *', ['orders.*.created', 'orders.eu.*'], 'orders.eu.*'],
    ['* before >', ['orders.>', 'orders.*.*'], 'orders.*.*'],
    ['the first difference from the left decides', ['*.eu.created', 'orders.>'], 'orders.>'],
    ['a longer beginning before a shorter one', ['orders.>', 'orders.eu.>'], 'orders.eu.>'],
    ['of one pattern the stream', ['orders.>', 'orders.> @ORDERS'], 'orders.> @ORDERS'],
    ['the pattern before the stream', ['> @ORDERS', 'orders.eu.*'], 'orders.eu.*'],
    ['never that of another stream', ['orders.eu.created @COPY', '> @ORDERS'], '> @ORDERS'],
  ])('%s', (_, bindings, wanted) => {
    for (const all of [bindings, [...bindings].reverse()])
      expect(shown(chooseBinding(all.map(of), 'ORDERS', 'orders.eu.created'))).toBe(wanted);
  });

  it('is one and the same in whatever order they stand', () => {
    const token = fc.constantFrom('a', 'b', '*');
    const pattern = fc
      .tuple(fc.array(token, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([tokens, open]) => [...tokens, ...(open ? ['>'] : [])].join('.'));
    const bound = fc.record({ subject: pattern, stream: fc.constantFrom(null, 'S', 'T') });
    fc.assert(
      fc.property(
        fc.uniqueArray(bound, { selector: (one) => `${one.subject} ${one.stream ?? ''}`, maxLength: 12 }),
        fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 }),
        (bindings, subject) => {
          const found = chooseBinding(bindings, 'S', subject.join('.'));
          expect(chooseBinding([...bindings].reverse(), 'S', subject.join('.'))).toEqual(found);
          const matching = bindings.filter(
            (one) => one.stream !== 'T' && matchesSubject(one.subject, subject.join('.')),
          );
          expect(found === undefined).toBe(matching.length === 0);
          for (const other of matching)
            if (found && other !== found) expect(narrowerFirst(found, other)).toBeLessThan(0);
        },
      ),
    );
  });
});
