// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest';
import { message, progress } from '../../testing/samples';
import { idle, reduce, type Search } from './useSearch';

type Change = Parameters<typeof reduce>[1];
const after = (...changes: Change[]): Search => changes.reduce(reduce, idle);

describe('a search', () => {
  it('keeps each match once, though it is looked at twice', () =>
    expect(
      after({ type: 'message', message: message(5) }, { type: 'message', message: message(5) }).messages,
    ).toHaveLength(1));
  it.each([
    ['older', 40, 40],
    ['newer', 40, 39],
    ['newer', 1, 1],
  ] as const)('stopped going %s at %d goes on with %d', (direction, atSeq, seq) =>
    expect(after({ type: 'progress', progress: progress({ atSeq }) }, { type: 'stopped', direction }).next).toEqual({
      seq,
    }),
  );
  it('that never got going can only begin again', () =>
    expect(after({ type: 'failed', direction: 'older', error: new Error('x') }).next).toBeNull());
  it('is not stopped when it has ended already', () => {
    const ended = after({ type: 'end', progress: progress({ why: 'end' }), nextCursor: null });
    expect(reduce(ended, { type: 'stopped', direction: 'older' })).toBe(ended);
    expect(ended.next).toBeNull();
  });
  it('stays about the whole way when it looks on', () => {
    const second = after(
      { type: 'progress', progress: progress({ atSeq: 60, fromSeq: 1, toSeq: 100 }) },
      { type: 'stopped', direction: 'older' },
      { type: 'begin', fresh: false },
      { type: 'progress', progress: progress({ atSeq: 50, fromSeq: 1, toSeq: 60 }) },
    );
    expect(second.span).toMatchObject({ fromSeq: 1, toSeq: 100 });
  });
  it('counts what earlier legs looked at', () => {
    const second = after(
      { type: 'progress', progress: progress({ scanned: 70 }) },
      { type: 'stopped', direction: 'older' },
      { type: 'begin', fresh: false },
    );
    expect([second.lookedAt, second.phase]).toEqual([70, 'running']);
    expect(reduce(second, { type: 'begin', fresh: true })).toEqual(idle);
  });
});
