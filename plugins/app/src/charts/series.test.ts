import { describe, expect, it } from 'vitest';
import { align, extent, lastOf, readEvents, readSeries } from './series';
import { events, lines, refused, start } from './test/answers';

const at = (i: number) => start + i * 60_000;

describe('the console’s answer', () => {
  it('becomes lines in the order that was asked, with unit, labels and source', () => {
    const { series } = readSeries(['0', '1'], {
      results: {
        '1': lines({ labels: { stream: 'PAYMENTS' }, values: [3] }),
        '0': lines({ labels: { cluster: 'prod', stream: 'ORDERS' }, values: [1, null, 2], unit: 'bytes' }),
      },
    });
    expect(series.map(({ name, refId }) => [name, refId])).toEqual([
      ['prod > ORDERS', '0'],
      ['PAYMENTS', '1'],
    ]);
    expect(series[0]).toMatchObject({
      unit: 'bytes',
      from: 'state.last_seq',
      times: [at(0), at(1), at(2)],
      values: [1, null, 2],
    });
    expect(new Set(series.map(({ id }) => id)).size).toBe(2);
  });

  it('keeps what was refused beside what was answered', () => {
    const read = readSeries(['0', '1'], { results: { '0': refused(403, 'no'), '1': lines({ values: [1] }) } });
    expect(read.refusals).toEqual([{ refId: '0', status: 403, message: 'no' }]);
    expect(read.series).toHaveLength(1);
  });

  it('without frames is no line and no fault', () => {
    expect(readSeries(['0', '1'], { results: { '0': { status: 200, frames: [] } } })).toEqual({
      series: [],
      refusals: [],
    });
  });

  it('that is another one is refused', () => {
    const broken = { status: 200, frames: [{ schema: { fields: 'x' }, data: {} }] };
    expect(() => readSeries(['0'], { results: { '0': broken } })).toThrow();
  });

  it('holds marks', () => {
    const results = { events: events([at(1), 'leader elected', 'info'], [at(2), 'quorum lost', 'critical']) };
    expect(readEvents('events', { results })).toEqual([
      { ms: at(1), title: 'leader elected', severity: 'info' },
      { ms: at(2), title: 'quorum lost', severity: 'critical' },
    ]);
    expect(readEvents('events', { results: {} })).toEqual([]);
  });
});

describe('lines on one axis', () => {
  it('share their times: undefined where another line has a point, null where nothing is known', () => {
    const { series } = readSeries(['0'], {
      results: { '0': lines({ labels: { s: 'a' }, values: [1, null, 3] }, { labels: { s: 'b' }, values: [9] }) },
    });
    expect(align(series)).toEqual([
      [at(0), at(1), at(2)],
      [1, null, 3],
      [9, undefined, undefined],
    ]);
    expect(align([])).toEqual([[]]);
  });

  it('have a newest value and an extent, as far as they are known', () => {
    expect(lastOf([1, 2, null])).toBe(2);
    expect(lastOf([null])).toBeNull();
    expect(lastOf([])).toBeNull();
    expect(extent([null, 2, -1])).toEqual({ min: -1, max: 2 });
    expect(extent([null])).toBeNull();
  });
});
