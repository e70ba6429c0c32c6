import type { Message } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { bodyOf, instantMs, labelsOf } from './logs';

const payload: Message['payload'] = {
  format: 'text',
  unwrapped: [],
  size: 5,
  decodedSize: 5,
  text: 'hello',
  base64: null,
  hex: null,
  truncated: false,
  note: null,
};
const message = (given: Partial<Message['payload']> = {}): Message => ({
  seq: 7,
  subject: 'a.b',
  time: '2026-01-01T00:00:00.123456789Z',
  headers: [{ name: 'X', values: ['1', '2'], meaning: null }],
  payload: { ...payload, ...given },
});

it.each([
  ['2026-01-01T00:00:00.123456789Z', 1_767_225_600_123.457],
  ['2026-01-01T00:00:00Z', 1_767_225_600_000],
  ['2026-01-01T00:00:00.5Z', 1_767_225_600_500],
])('the instant of %s keeps its fraction', (text, ms) => expect(instantMs(text)).toBeCloseTo(ms, 2));

describe('the body of a line', () => {
  it.each([
    ['text', {}, 'hello'],
    ['what was cut', { truncated: true, decodedSize: 9000 }, 'hello… (9000 bytes)'],
    ['nothing', { format: 'empty', text: '' }, ''],
    ['bytes', { format: 'binary', text: null, hex: '00ff', size: 2 }, '[binary, 2 bytes] 00ff'],
  ] as [string, Partial<Message['payload']>, string][])('is %s', (_, given, body) =>
    expect(bodyOf(message(given))).toBe(body),
  );
});

it('labels say where a message is from, and its headers', () =>
  expect(labelsOf(message(), 'prod', 'S')).toEqual({
    cluster: 'prod',
    stream: 'S',
    subject: 'a.b',
    seq: '7',
    header_X: '1, 2',
  }));
