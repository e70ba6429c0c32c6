import { describe, expect, it } from 'vitest';
import { tame, tameOr } from './told';

describe('what a client says of itself', () => {
  it('keeps what looks like HTML: whoever shows it escapes it', () => expect(tame('<b>x</b>')).toBe('<b>x</b>'));
  it.each(['\u0000', '\u001b', '\u202e', '\u200b', '\u2028', '\n'])('shows %j as a mark', (hidden) =>
    expect(tame(`a${hidden}b`)).toBe('a\u{fffd}b'),
  );
  it('cuts ten kilobytes', () => expect(tame('n'.repeat(10_000))).toBe(`${'n'.repeat(200)}…`));
  it('says nothing where nothing was said', () => expect([tameOr(''), tameOr(undefined)]).toEqual([null, null]));
});
