// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { Sparkline, sparklinePath } from './Sparkline';

afterEach(cleanup);

describe('the path of a sparkline', () => {
  it.each<[string, (number | null)[], string]>([
    ['rises from zero to the top', [0, 5, 10], 'M1.0 21.0L51.0 11.0L101.0 1.0'],
    ['is flat on the ground for nothing but zeros', [0, 0], 'M1.0 21.0L101.0 21.0'],
    ['breaks where nothing is known', [10, null, 10], 'M1.0 1.0h0M101.0 1.0h0'],
    ['goes below zero', [-5, 5], 'M1.0 21.0L101.0 1.0'],
    ['is a dot for one sample', [3], 'M51.0 1.0h0'],
    ['is nothing where nothing is known', [null, null], ''],
    ['is nothing without samples', [], ''],
  ])('%s', (_, values, path) => {
    expect(
      sparklinePath(
        values.map((__, i) => i * 1000),
        values,
        102,
        22,
      ),
    ).toBe(path);
  });
});

describe('a sparkline', () => {
  it('says what it shows', () => {
    render(<Sparkline name="Published" line={{ times: [0, 1], values: [1, 4], unit: 'cps' }} />);
    expect(screen.getByRole('img', { name: 'Published: 4/s now, from 1/s to 4/s' })).toBeDefined();
  });

  it('is a dash where nothing is known', () => {
    render(<Sparkline name="Published" line={{ times: [0], values: [null], unit: 'cps' }} />);
    expect(screen.getByText('–')).toBeDefined();
    expect(screen.queryByRole('img')).toBeNull();
  });
});
