import { exportFormats } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { goDuration, wholeSeconds } from './durations';
import { exportConfig } from './index';

const stream = {
  name: 'ORDERS_1',
  subjects: ['orders.>'],
  max_age: 86_400_000_000_000,
  duplicate_window: 120_000_000_000,
  num_replicas: 3,
  no_ack: true,
  sealed: true,
  sources: [{ name: 'A', filter_subject: 'a.>', external: { api: '$JS.hub.API', deliver: 'd' } }],
  republish: { src: '>', dest: 'again.>', headers_only: true },
  description: 'price in ${currency}',
  metadata: { team: 'a', '_nats.ver': '2.15.1' },
};
const consumer = {
  name: 'billing',
  durable_name: 'billing',
  deliver_policy: 'by_start_sequence',
  opt_start_seq: 7,
  ack_policy: 'explicit',
  ack_wait: 30_000_000_000,
  backoff: [1_000_000_000, 1_500_000_000],
};

describe('durations', () => {
  it.each([
    [86_400_000_000_000, '24h'],
    [5_400_000_000_000, '1h30m'],
    [1_500_000_000, '1s500ms'],
    [9_007_199_254_740_993n, '2501h59m59s254ms740us993ns'],
    [0, '0s'],
  ])('%s is %s', (value, text) => expect(goDuration(value)).toBe(text));
  it('are whole seconds or none', () => {
    expect(wholeSeconds(2_000_000_000)).toBe(2n);
    expect(wholeSeconds(2_000_000_001)).toBeNull();
  });
});

it('writes a NACK manifest with the names of its CRD, and says what has no place there', () => {
  const { text, left } = exportConfig('nack', 'stream', stream, 'ORDERS_1');
  expect(parse(text)).toEqual({
    apiVersion: 'jetstream.nats.io/v1beta2',
    kind: 'Stream',
    metadata: { name: 'orders-1' },
    spec: {
      name: 'ORDERS_1',
      subjects: ['orders.>'],
      maxAge: '24h',
      duplicateWindow: '2m',
      replicas: 3,
      noAck: true,
      sealed: true,
      sources: [{ name: 'A', filterSubject: 'a.>', externalApiPrefix: '$JS.hub.API', externalDeliverPrefix: 'd' }],
      description: 'price in ${currency}',
      metadata: { team: 'a' },
    },
  });
  expect(left).toEqual(['republish']);
  expect(parse(exportConfig('nack', 'consumer', consumer, 'ORDERS').text)).toMatchObject({
    metadata: { name: 'orders-billing' },
    spec: {
      streamName: 'ORDERS',
      durableName: 'billing',
      deliverPolicy: 'byStartSequence',
      backoff: ['1s', '1s500ms'],
    },
  });
});

it('writes Terraform, where no template begins in a text', () => {
  const { text, left } = exportConfig('terraform', 'stream', stream, 'ORDERS_1');
  expect(text.split('\n')).toEqual([
    'resource "jetstream_stream" "ORDERS_1" {',
    '  name = "ORDERS_1"',
    '  subjects = ["orders.>"]',
    '  max_age = 86400',
    '  duplicate_window = 120',
    '  replicas = 3',
    '  ack = false',
    '  source {',
    '    name = "A"',
    '    filter_subject = "a.>"',
    '    external {',
    '      api = "$JS.hub.API"',
    '      deliver = "d"',
    '    }',
    '  }',
    '  republish_source = ">"',
    '  republish_destination = "again.>"',
    '  republish_headers_only = true',
    '  description = "price in $${currency}"',
    '  metadata = { "team" = "a" }',
    '  allow_direct = false',
    '}',
    '',
  ]);
  expect(left).toEqual(['sealed']);
  const made = exportConfig('terraform', 'consumer', consumer, 'ORDERS');
  expect(made.text).toContain('  stream_id = "ORDERS"\n');
  expect(made.text).toContain('  stream_sequence = 7\n');
  // A provider that counts in seconds has no place for one and a half.
  expect(made.left).toEqual(['backoff']);
});

it.each(exportFormats)('gives no label of the server back: %s', (as) =>
  expect(exportConfig(as, 'stream', stream, 'ORDERS_1').text).not.toContain('_nats.'),
);
