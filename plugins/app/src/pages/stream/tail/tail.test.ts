import { ApiProblem } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { message, messagePage, progress } from '../../../testing/samples';
import { afterSkip, begun, grown, mostBehind, mostShown, newTail, passes, type Tail } from './tail';

const page = (seqs: number[], changes: Parameters<typeof progress>[0]) => ({
  ...messagePage(seqs.map((seq) => message(seq))),
  progress: progress({ done: true, why: 'end', ...changes }),
});
const seqs = (tail: Tail) => tail.messages.map(({ seq }) => seq);
const begins = begun(page([100, 99], { atSeq: 99, toSeq: 100 }));

describe('a tail', () => {
  it('begins with the newest, and goes on after the last of the stream, whether that matched or not', () => {
    expect(begins).toMatchObject({ next: 101, came: 0 });
    expect(seqs(begins)).toEqual([100, 99]);
    expect(begun(page([], { atSeq: 1, toSeq: 40 })).next).toBe(41);
  });
  it('puts what came on top, the newest first', () => {
    const tail = grown(begins, page([101, 103], { atSeq: 104, fromSeq: 101, toSeq: 103 }));
    expect(seqs(tail)).toEqual([103, 101, 100, 99]);
    expect(tail).toMatchObject({ next: 104, came: 2, skipped: 0, more: false });
  });
  it('goes on behind what did not match', () =>
    expect(grown(begins, page([], { atSeq: 151, fromSeq: 101, toSeq: 150 }))).toMatchObject({ next: 151, came: 0 }));
  it('asks at once again while there is more', () =>
    expect(grown(begins, page([101], { atSeq: 102, toSeq: 110, why: 'page_full' })).more).toBe(true));
  it('leaves out what it cannot keep up with, and counts it', () => {
    const tail = grown(begins, page([101], { atSeq: 102, toSeq: 102 + mostBehind, why: 'page_full' }));
    expect(tail.next).toBe(103 + mostBehind - afterSkip);
    expect(tail.skipped).toBe(mostBehind + 1 - afterSkip);
  });
  it('keeps a bounded number', () => {
    const many = Array.from({ length: mostShown + 5 }, (_, i) => 101 + i);
    const tail = grown(begins, page(many, { atSeq: 101 + many.length, toSeq: 100 + many.length }));
    expect(tail.messages).toHaveLength(mostShown);
    expect(tail.messages[0]?.seq).toBe(100 + many.length);
    expect(tail.came).toBe(many.length);
  });
  it('begins again where the stream was made anew', () =>
    expect(grown(begins, page([], { atSeq: 101, fromSeq: 101, toSeq: 3 }))).toEqual(newTail));
  it.each([
    [0, true],
    [429, true],
    [503, true],
    [403, false],
    [404, false],
    [400, false],
  ])('after a status of %s tries again: %s', (status, again) =>
    expect(
      passes(new ApiProblem({ type: 'about:blank', title: '', status, code: 'x', detail: '', requestId: '' })),
    ).toBe(again),
  );
});
