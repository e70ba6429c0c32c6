import { describe, expect, it } from 'vitest';
import { sideAxisSize, type Ruler } from './axisSize';

/** Ten pixels a letter in the font at hand, four in any other. */
const ruler = (): Ruler => {
  const made = {
    font: '12px serif',
    measureText: (text: string) => ({ width: text.length * (made.font.includes('Helvetica') ? 10 : 4) }) as TextMetrics,
  };
  return made;
};
const font = '12px Inter, Helvetica, sans-serif';
const room = { tickSize: 4, gap: 5 };

describe('the room for the labels of an axis', () => {
  it('is that of the widest, in the font that draws them', () =>
    expect(sideAxisSize(ruler(), font, room, 600, ['0', '100.0%', '50.0%'])).toBe(4 + 5 + 60));
  it('leaves the greater part of a narrow chart to its lines', () =>
    expect(sideAxisSize(ruler(), font, room, 100, ['a very long label indeed'])).toBe(4 + 5 + 40));
  it('is that of the ticks where there is nothing to write', () => {
    expect(sideAxisSize(ruler(), font, room, 600, null)).toBe(9);
    expect(sideAxisSize(ruler(), font, room, 600, [null])).toBe(9);
  });
});
