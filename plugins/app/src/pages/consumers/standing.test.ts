// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { consumerRow } from '../../testing/samples';
import { looksOf } from './standing';

const looks = (changes: Parameters<typeof consumerRow>[0]) =>
  looksOf('c1', consumerRow(changes)).map(({ text, to }) => [text, to.split('?')[1]]);
const somewhere = { ackFloorStreamSeq: 40, deliveredStreamSeq: 45 };

describe('where to look', () => {
  it('is nowhere while nothing waits', () => expect(looks({ lag: 0, ackPending: 0 })).toEqual([]));
  it('is what is out, and what comes next', () =>
    expect(looks({ ...somewhere, lag: 3, ackPending: 5 })).toEqual([
      ['Oldest unacknowledged', 'tab=messages&seq=41&direction=newer'],
      ['What it delivers next', 'tab=messages&seq=46&direction=newer'],
    ]));
  it('keeps to the one subject that it takes', () =>
    expect(looks({ ...somewhere, lag: 3, filterSubjects: ['orders.>'] })).toEqual([
      ['What it delivers next', 'tab=messages&seq=46&direction=newer&subject=orders.%3E'],
    ]));
  it('shows all subjects where it takes several', () =>
    expect(looks({ ...somewhere, lag: 3, filterSubjects: ['a', 'b'] })[0]?.[1]).not.toContain('subject'));
  it('says nothing where its leader does not answer', () =>
    expect(looks({ lag: null, ackPending: null, ackFloorStreamSeq: null, deliveredStreamSeq: null })).toEqual([]));
});
