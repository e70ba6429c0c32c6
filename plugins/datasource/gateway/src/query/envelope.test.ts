import { describe, expect, it } from 'vitest';
import { readEnvelope } from './envelope';

function envelope(results: unknown, frames: Buffer[] = [], lie = 0): Buffer {
  const header = Buffer.from(JSON.stringify({ results }));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length + lie);
  return Buffer.concat([length, header, ...frames]);
}

describe('the answer to a query', () => {
  const files = [Buffer.from('ARROW1 one'), Buffer.alloc(0), Buffer.from('ARROW1 three')];
  const whole = envelope(
    [
      { refId: 'A', status: 200, frames: [10, 0] },
      { refId: 'B', status: 404, error: 'no such stream', errorSource: 'downstream', frames: [] },
      { refId: 'C', status: 200, frames: [12] },
    ],
    files,
  );

  it('is taken apart by refId, its frames untouched and not copied', () => {
    const read = readEnvelope(whole);
    expect([...read.keys()]).toEqual(['A', 'B', 'C']);
    expect(read.get('A')?.frames.map((frame) => Buffer.from(frame).toString())).toEqual(['ARROW1 one', '']);
    expect(read.get('B')).toEqual({ frames: [], status: 404, error: 'no such stream', errorSource: 'downstream' });
    expect(read.get('C')?.frames[0]?.buffer).toBe(whole.buffer);
  });

  it('holds no frame where there is no data', () => {
    expect(readEnvelope(envelope([{ refId: 'A', status: 200, frames: [] }])).get('A')?.frames).toEqual([]);
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['of another kind', Buffer.from('<html></html>')],
    ['with a header that is cut off', envelope([], [], 10)],
    ['with a header that is not JSON', Buffer.concat([Buffer.from([0, 0, 0, 2]), Buffer.from('no')])],
    ['with a header of another shape', envelope([{ refId: 'A' }])],
    ['with a negative length', envelope([{ refId: 'A', status: 200, frames: [-1] }])],
    ['with frames that are cut off', whole.subarray(0, whole.length - 1)],
    ['with more than it says', Buffer.concat([whole, Buffer.from('x')])],
  ])('is refused when it is %s', (_what, bytes) => {
    expect(() => readEnvelope(bytes)).toThrow(/same version/);
  });
});
