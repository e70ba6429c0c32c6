import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesSubject } from '@jetstream-console/contract';
import { bytesOf, singleReader, type Reader, type Stored, type StreamFacts } from './reader';
import { emptyProgress, scan, type ScanRequest } from './scan';

/** A stream in memory: sequences that are there, and a payload size. Answers as STREAM.MSG.GET does. */
function memory(
  seqs: readonly number[],
  { size = 10, lastSeq = seqs.at(-1) ?? 0, subjectOf = (_: number): string => 'a' } = {},
) {
  const sorted = [...seqs].sort((x, y) => x - y);
  const stored = (seq: number): Stored => ({
    seq,
    subject: subjectOf(seq),
    time: new Date(seq * 1000).toISOString(),
    data: Buffer.alloc(size),
    headers: () => [],
  });
  const facts: StreamFacts = {
    name: 'S',
    direct: false,
    mirrorOf: null,
    firstSeq: Math.max(1, sorted[0] ?? lastSeq + 1),
    lastSeq,
    averageBytes: size,
    created: '2026-01-01T00:00:00Z',
  };
  let asked = 0;
  const single = singleReader(async (request) => {
    asked++;
    const from = request.seq ?? 1;
    if (request.next_by_subj === undefined) return sorted.includes(from) ? stored(from) : null;
    const pattern = request.next_by_subj;
    const found = sorted.find((seq) => seq >= from && matchesSubject(pattern, subjectOf(seq)));
    return found === undefined ? null : stored(found);
  }, facts);
  let read = 0;
  /** Reads in ranges as the batched direct get does, and counts what it hands out. */
  const ranged: Reader = {
    ...single,
    range: async (from, to, { maxMessages, maxBytes }, subject = '>') => {
      const messages: Stored[] = [];
      let bytes = 0;
      for (const seq of sorted) {
        if (seq < from || !matchesSubject(subject, subjectOf(seq))) continue;
        if (seq >= to) break;
        if (messages.length >= maxMessages || bytes >= maxBytes)
          return { messages, next: (messages.at(-1)?.seq ?? from) + 1 };
        messages.push(stored(seq));
        read++;
        bytes += bytesOf(stored(seq));
      }
      return { messages, next: to };
    },
  };
  return { facts, single, ranged, asked: () => asked, read: () => read };
}

const noLimits = { scan: 1e9, bytes: 1e12, ms: 1e9 };
async function collect(
  reader: Reader,
  facts: StreamFacts,
  request: Partial<ScanRequest>,
  signal = new AbortController().signal,
  now?: () => number,
) {
  const direction = request.direction ?? 'newer';
  const start = request.start ?? (direction === 'older' ? facts.lastSeq + 1 : facts.firstSeq);
  const progress = emptyProgress(start, facts.firstSeq, facts.lastSeq);
  const found: number[] = [];
  const whole: ScanRequest = {
    limit: 1e6,
    filter: null,
    visible: () => true,
    limits: noLimits,
    ...request,
    direction,
    start,
  };
  for await (const message of scan(reader, facts, whole, progress, signal, now)) found.push(message.seq);
  return { found, progress };
}

const streams = fc
  .record({
    present: fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 200 }),
    tail: fc.integer({ min: 0, max: 50 }),
    parts: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ present, tail, parts }) => {
    const seqs = [...present].sort((a, b) => a - b);
    return {
      seqs,
      parts,
      source: memory(seqs, { lastSeq: (seqs.at(-1) ?? 0) + tail, subjectOf: (seq) => `s.${seq % parts}` }),
    };
  });

describe('reading one by one', () => {
  it('finds what a range holds, in order, whatever the bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        streams,
        fc.integer({ min: 1, max: 420 }),
        fc.integer({ min: 0, max: 420 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 3000 }),
        async ({ seqs }, from, length, maxMessages, maxBytes) => {
          const to = from + length;
          const wanted = seqs.filter((seq) => seq >= from && seq < to && seq % 2 === 0);
          const even = memory(seqs, { subjectOf: (seq) => (seq % 2 ? 'odd' : 'even') });
          const found: number[] = [];
          for (let next = from; next < to;) {
            const part = await even.single.range(next, to, { maxMessages, maxBytes }, 'even');
            expect(part.next).toBeGreaterThan(next);
            expect(part.messages.length).toBeLessThanOrEqual(maxMessages);
            found.push(...part.messages.map(({ seq }) => seq));
            next = part.next;
          }
          expect(found).toEqual(wanted);
        },
      ),
      { numRuns: 150 },
    );
  });
  it('finds the place of an instant by halving', async () => {
    await fc.assert(
      fc.asyncProperty(streams, fc.integer({ min: 0, max: 430 }), async ({ seqs, source }, second) => {
        const found = await source.single.atOrAfterTime(new Date(second * 1000).toISOString());
        expect(found?.seq).toBe(seqs.find((seq) => seq >= second));
      }),
    );
  });
  it('steps over a long hole with few requests', async () => {
    const source = memory([1, 1_000_000]);
    const part = await source.single.range(1, 1_000_001, { maxMessages: 100, maxBytes: 1e6 });
    expect(part.messages.map(({ seq }) => seq)).toEqual([1, 1_000_000]);
    expect(source.asked()).toBeLessThan(30);
  });
});

describe('a scan', () => {
  it('yields what matches, each once, in the asked order, page by page, by either reader', async () => {
    await fc.assert(
      fc.asyncProperty(
        streams,
        fc.constantFrom('older' as const, 'newer' as const),
        fc.integer({ min: 1, max: 70 }),
        fc.boolean(),
        fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
        fc.boolean(),
        async ({ seqs, source, parts }, direction, limit, filtered, part, ranged) => {
          const subject = part === undefined ? undefined : `s.${part}`;
          const filter = filtered ? (message: Stored) => message.seq % 3 === 0 : null;
          const wanted = seqs.filter(
            (seq) => (filter === null || seq % 3 === 0) && (subject === undefined || `s.${seq % parts}` === subject),
          );
          const found: number[] = [];
          let start: number | undefined;
          for (;;) {
            const page = await collect(ranged ? source.ranged : source.single, source.facts, {
              direction,
              limit,
              filter,
              subject,
              start,
            });
            expect(page.found.length).toBeLessThanOrEqual(limit);
            found.push(...page.found);
            if (page.progress.why === 'end') break;
            expect(page.progress.why).toBe('page_full');
            start = page.progress.atSeq;
          }
          expect(found).toEqual(direction === 'older' ? [...wanted].reverse() : wanted);
        },
      ),
      { numRuns: 150 },
    );
  });

  const sparseThenDense = () => {
    // The newest half holds none of what is asked for, the older half nothing else.
    const half = 100_000;
    return memory(
      Array.from({ length: 2 * half }, (_, i) => i + 1),
      { size: 100, subjectOf: (seq) => (seq <= half ? 'dense' : 'other') },
    );
  };
  it('reads no more of a dense region than it was asked for, coming from a sparse one', async () => {
    for (const [direction, subject] of [
      ['older', 'dense'],
      ['newer', 'other'],
    ] as const) {
      const source = sparseThenDense();
      const { found } = await collect(source.ranged, source.facts, { direction, limit: 50, subject });
      expect(found).toHaveLength(50);
      expect(found[0]).toBe(direction === 'older' ? 100_000 : 100_001);
      expect(source.read()).toBeLessThan(4000);
      const filtered = sparseThenDense();
      const counted = await collect(filtered.ranged, filtered.facts, {
        direction,
        limit: 5,
        subject,
        filter: (message) => message.seq % 10 === 0,
      });
      expect(counted.found).toHaveLength(5);
      expect(filtered.read()).toBeLessThan(60_000);
    }
  });
  it('keeps every message of a dense region that follows a sparse one, going forward', async () => {
    const source = memory([
      ...Array.from({ length: 5 }, (_, i) => 1 + i * 20_000),
      ...Array.from({ length: 9000 }, (_, i) => 100_000 + i),
    ]);
    const { found } = await collect(source.ranged, source.facts, { filter: () => true });
    expect(found).toHaveLength(9005);
    const back = await collect(source.ranged, source.facts, { direction: 'older', filter: () => true });
    expect(back.found).toEqual([...found].reverse());
  });

  const plain = memory(
    Array.from({ length: 1000 }, (_, i) => i + 1),
    { size: 1000 },
  );
  it.each([
    ['scan_limit', { limits: { ...noLimits, scan: 123 } }, 123],
    ['byte_limit', { limits: { ...noLimits, bytes: 5000 } }, 5],
    ['page_full', { limit: 7 }, 7],
  ] as const)('ends with %s, and says where to go on', async (why, request, count) => {
    const { found, progress } = await collect(plain.ranged, plain.facts, { filter: () => true, ...request });
    expect(found).toHaveLength(count);
    expect(progress).toMatchObject({ why, done: true, scanned: count, atSeq: count + 1 });
  });
  it('ends in time, in the middle of a window too', async () => {
    let clock = 0;
    const { found, progress } = await collect(
      plain.ranged,
      plain.facts,
      { filter: () => true, limits: { ...noLimits, ms: 100 } },
      undefined,
      () => clock++,
    );
    expect(progress.why).toBe('time_limit');
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(120);
    expect(progress.atSeq).toBe((found.at(-1) ?? 0) + 1);
  });
  it('stops when nobody waits any more', async () => {
    const gone = new AbortController();
    const { found, progress } = await collect(
      plain.ranged,
      plain.facts,
      { filter: (message) => (message.seq === 10 ? (gone.abort(), true) : true) },
      gone.signal,
    );
    expect(found).toHaveLength(10);
    expect(progress.why).toBe('stopped');
  });
  it('shows nothing that may not be seen, and goes on to what may', async () => {
    const { found } = await collect(plain.ranged, plain.facts, { limit: 3, visible: ({ seq }) => seq % 100 === 0 });
    expect(found).toEqual([100, 200, 300]);
  });
  it('of an empty stream is over at once', async () => {
    const empty = memory([], { lastSeq: 42 });
    for (const direction of ['older', 'newer'] as const) {
      const { found, progress } = await collect(empty.single, empty.facts, { direction });
      expect(found).toEqual([]);
      expect(progress.why).toBe('end');
    }
    expect(empty.asked()).toBe(0);
  });
});
