import type { Message } from '@jetstream-console/contract';
import { publishBody } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { bodyOf, emptyPublish, formOf } from './publishForm';

const message = (payload: Partial<Message['payload']>): Message => ({
  seq: 7,
  subject: 'orders.eu',
  time: '2026-01-31T10:00:00Z',
  headers: [
    { name: 'trace', values: ['a', 'b: c'], meaning: null },
    { name: 'Nats-Msg-Id', values: ['id'], meaning: null },
  ],
  payload: {
    format: 'text',
    unwrapped: [],
    size: 3,
    decodedSize: 3,
    text: 'abc',
    base64: 'YWJj',
    hex: '616263',
    truncated: false,
    note: null,
    ...payload,
  },
});

describe('a message to publish again', () => {
  it('has its subject, payload and headers, and none that commanded the server', () =>
    expect(bodyOf(formOf(message({})))).toMatchObject({
      subject: 'orders.eu',
      payload: { encoding: 'text', data: 'abc' },
      headers: [
        { name: 'trace', value: 'a' },
        { name: 'trace', value: 'b: c' },
      ],
      messageId: undefined,
    }));
  it.each<[string, Partial<Message['payload']>]>([
    ['binary', { format: 'binary', text: null }],
    ['packed', { unwrapped: ['gzip'], text: 'unpacked' }],
  ])('keeps its bytes as stored where they are %s', (_, payload) =>
    expect(bodyOf(formOf(message(payload))).payload).toEqual({ encoding: 'base64', data: 'YWJj' }),
  );
});

it('sends what was filled in and nothing else, in a form that the api takes', () => {
  const body = bodyOf({
    ...emptyPublish,
    subject: ' a.b ',
    payload: ' kept as it is\n',
    messageId: 'id',
    lastSequence: '0',
    ttl: '60',
    pattern: '@at 2030-01-01T00:00:00Z',
    target: 'a.c',
  });
  expect(publishBody.parse(JSON.parse(JSON.stringify(body)))).toEqual({
    subject: 'a.b',
    payload: { encoding: 'text', data: ' kept as it is\n' },
    headers: [],
    messageId: 'id',
    expect: { lastSequence: 0 },
    ttl: 60,
    schedule: { pattern: '@at 2030-01-01T00:00:00Z', target: 'a.c' },
  });
  expect(
    publishBody.safeParse(JSON.parse(JSON.stringify(bodyOf({ ...emptyPublish, subject: 'a', ttl: 'soon' })))).success,
  ).toBe(false);
});
