import { describe, expect, it } from 'vitest';
import { readDeadLetter } from './advisory';

const passed = {
  type: 'io.nats.jetstream.advisory.v1.max_deliver',
  id: 'a1',
  timestamp: '2026-11-25T12:00:00.123456789Z',
  stream: 'ORDERS',
  consumer: 'billing',
  stream_seq: 42,
  deliveries: 5,
};
const read = (value: unknown) => readDeadLetter(Buffer.from(JSON.stringify(value)));

describe('an advisory of a given-up message', () => {
  it('of a message that was delivered as often as it may be', () => {
    expect(read(passed)).toEqual({
      advisoryId: 'a1',
      reason: 'max_deliveries',
      why: null,
      stream: 'ORDERS',
      consumer: 'billing',
      seq: 42,
      deliveries: 5,
      at: new Date('2026-11-25T12:00:00.123Z'),
    });
  });
  it('of one that its client ended, with what it said', () => {
    const ended = { ...passed, type: 'io.nats.jetstream.advisory.v1.terminated' };
    expect(read(ended)).toMatchObject({ reason: 'terminated', why: null });
    expect(read({ ...ended, reason: 'no such\u0000 address' })).toMatchObject({ why: 'no such address' });
    expect(read({ ...ended, reason: 'x'.repeat(5000) })?.why).toHaveLength(2000);
  });
  it.each([
    ['another type', { ...passed, type: 'io.nats.jetstream.advisory.v1.nak' }],
    ['no sequence', { ...passed, stream_seq: undefined }],
    ['a sequence that is none', { ...passed, stream_seq: -1 }],
    ['a time that is none', { ...passed, timestamp: 'yesterday' }],
    ['a stream that is none', { ...passed, stream: { name: 'ORDERS' } }],
    ['a time before there was any', { ...passed, timestamp: '-200000-01-01T00:00:00Z' }],
    ['a stream that no server has', { ...passed, stream: 'A.B\r\nPUB' }],
    ['a stream that no database takes', { ...passed, stream: 'A\u0000B' }],
    ['an id that no database takes', { ...passed, id: '\u0000' }],
    ['a list', [passed]],
    ['null', null],
  ])('is none with %s', (_, value) => {
    expect(read(value)).toBeNull();
  });
  it('of a server whose clock is ahead counts as of now', () => {
    const before = Date.now();
    const at = read({ ...passed, timestamp: '2999-01-01T00:00:00Z' })?.at.getTime() ?? 0;
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now());
  });
  it('is none where it is no JSON', () => {
    expect(readDeadLetter(Buffer.from([0xff, 0xfe, 0x00]))).toBeNull();
    expect(readDeadLetter(new Uint8Array())).toBeNull();
  });
});
