import fc from 'fast-check';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gapsIn, groupParts, leaveOutSeen, type Seen, type Stored } from './cut';

function message(seq: number, rows: Record<string, string[]>, collection: Stored['collection'] = null): Stored {
  const members: Buffer[] = [];
  const parts = Object.entries(rows).map(([table, lines]) => {
    const names = gzipSync('a\tb\n');
    const body = gzipSync(lines.map((line) => `${line}\n`).join(''));
    members.push(names, body);
    return { table, rows: lines.length, names: names.length, body: body.length };
  });
  return { seq, data: new Uint8Array(Buffer.concat(members)), parts, collection };
}

describe('groupParts', () => {
  it('puts rows of one table together, the names once, and reads as one gzip file', () => {
    const groups = groupParts([message(1, { t: ['1\t2'], u: ['x\ty'] }), message(2, { t: ['3\t4', '5\t6'] })]);
    expect(groups.map(({ table, rows, seqs }) => [table, rows, seqs])).toEqual([
      ['t', 3, [1, 2]],
      ['u', 1, [1]],
    ]);
    expect(gunzipSync(Buffer.concat(groups[0]?.members ?? [])).toString()).toBe('a\tb\n1\t2\n3\t4\n5\t6\n');
  });

  it('refuses a message that is not what its head says', () => {
    const good = message(1, { t: ['1\t2'] });
    expect(() => groupParts([{ ...good, data: good.data.subarray(1) }])).toThrow(RangeError);
  });
});

describe('leaveOutSeen', () => {
  const of = (seq: number, n: number, batch: number, clusterId = 'c') =>
    message(seq, { t: ['x'] }, { clusterId, n, batch });

  it('takes each batch of a collection once, and nothing of an older one', () => {
    const first = leaveOutSeen(
      [of(1, 5, 0), of(2, 5, 1), of(3, 5, 1), of(4, 6, 0), of(5, 5, 2), message(6, { t: ['e'] })],
      {},
    );
    expect(first.fresh.map(({ seq }) => seq)).toEqual([1, 2, 4, 6]);
    expect(first.seen).toEqual({ c: { n: 6, batches: [0] } });
    const again = leaveOutSeen([of(7, 6, 0), of(8, 6, 1), of(9, 1, 0, 'd')], first.seen);
    expect(again.fresh.map(({ seq }) => seq)).toEqual([8, 9]);
  });

  it('decides the same however the messages are cut', () => {
    const sent = fc.array(fc.tuple(fc.constantFrom('c', 'd'), fc.nat(4), fc.nat(2)));
    fc.assert(
      fc.property(sent, fc.nat(20), (list, at) => {
        const messages = list.map(([cluster, n, batch], i) => of(i + 1, n, batch, cluster));
        const whole = leaveOutSeen(messages, {});
        const head = leaveOutSeen(messages.slice(0, at), {});
        const tail = leaveOutSeen(messages.slice(at), head.seen);
        expect([...head.fresh, ...tail.fresh]).toEqual(whole.fresh);
        expect<Seen>(tail.seen).toEqual(whole.seen);
        const keys = whole.fresh.map(({ collection }) => JSON.stringify(collection));
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });
});

it('counts what is missing between what was done and what came', () => {
  expect([gapsIn([], 7), gapsIn([8, 9], 7), gapsIn([9, 10], 7), gapsIn([8, 11], 7)]).toEqual([0, 0, 1, 2]);
});
