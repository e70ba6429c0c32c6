import { describe, expect, it } from 'vitest';
import type { Owner } from '../sample/rows';
import { readAdvisory, type HeardIn } from './event';

const owner: Owner = { organizationId: 'org', clusterId: 'cluster', retentionDays: 65_535 };
const names = new Map([
  ['AAPP', 'APP'],
  ['AOTHER', 'OTHER'],
]);
const inSystem: HeardIn = { account: null, domain: '', nameOf: (id) => names.get(id) ?? id, own: 'APP' };
const inOwn: HeardIn = { ...inSystem, account: { id: 'AAPP', name: 'APP' }, domain: 'hub' };
const subject = '$JS.EVENT.ADVISORY.X';
const base = { id: 'e1', timestamp: '2026-11-24T20:00:00.123456Z' };
const advisory = (type: string, more: object = {}) => ({
  ...base,
  type: `io.nats.jetstream.advisory.v1.${type}`,
  ...more,
});
const read = (value: unknown, heard = inSystem, on = subject) => readAdvisory(value, owner, heard, on);

describe('an advisory', () => {
  it.each([
    [
      'max_deliver',
      { stream: 'S', consumer: 'c', stream_seq: 7, deliveries: 5 },
      'warning',
      'Consumer c of S gave up message 7 after 5 deliveries',
    ],
    [
      'terminated',
      { stream: 'S', consumer: 'c', stream_seq: 7, deliveries: 1, reason: 'bad' },
      'warning',
      'Consumer c of S terminated message 7 after 1 deliveries: bad',
    ],
    ['stream_quorum_lost', { stream: 'S' }, 'critical', 'Stream S lost its quorum'],
    ['server_out_of_space', { server: 'n1' }, 'critical', 'Server n1 is out of space for JetStream'],
    ['stream_action', { stream: 'S', action: 'create' }, 'info', 'Stream S: create'],
    ['of_tomorrow', { stream: 'S' }, 'info', 'of tomorrow of S'],
  ])('%s is told with its weight and in a sentence', (type, more, severity, title) =>
    expect(read(advisory(type, more))).toMatchObject({ id: 'e1', type, severity, title }),
  );

  it('keeps its own time and id, so that one that is heard twice is one', () => {
    const [a, b] = [read(advisory('max_deliver', { account: 'AAPP' })), read(advisory('max_deliver'), inOwn)];
    expect([a?.id, a?.common.time]).toEqual(['e1', '2026-11-24 20:00:00.123']);
    expect([b?.id, b?.common.time]).toEqual([a?.id, a?.common.time]);
  });

  it('is in the account that it names, else in the one where it was heard', () => {
    expect(read(advisory('max_deliver', { account: 'AAPP' }))?.common).toMatchObject({ account: 'APP', own: true });
    expect(read(advisory('max_deliver', { account: 'AOTHER' }))?.common).toMatchObject({
      account: 'OTHER',
      own: false,
    });
    expect(read(advisory('max_deliver'), inOwn)?.common).toMatchObject({ account: 'APP', domain: 'hub', own: true });
  });

  it('leaves reads of the API out, and keeps acts without what was answered', () => {
    expect(read(advisory('api_audit', { subject: '$JS.API.STREAM.INFO.S' }))).toBeNull();
    expect(read(advisory('api_audit', { subject: '$JS.API.CONSUMER.MSG.NEXT.S.c' }))).toBeNull();
    const act = read(
      advisory('api_audit', { subject: '$JS.API.STREAM.DELETE.S', client: { user: 'ann' }, response: 'big' }),
    );
    expect(act?.title).toBe('$JS.API.STREAM.DELETE.S by ann');
    expect(act?.data).not.toContain('big');
  });

  it.each([
    '$JS.API.CONSUMER.CREATE.ORDERS.worker.logs.INFO',
    '$JS.API.CONSUMER.DELETE.ORDERS.LIST',
    '$JS.API.STREAM.DELETE.INFO',
    '$JS.hub.API.STREAM.PURGE.NAMES',
  ])('is kept where a name is a word of reads: %s', (told) =>
    expect(read(advisory('api_audit', { subject: told }))).not.toBeNull(),
  );
  it.each(['$JS.API.INFO', '$JS.hub.API.STREAM.LIST', '$JS.API.DIRECT.GET.S', '$JS.API.STREAM.MSG.GET.S'])(
    'is left out where it is a read: %s',
    (told) => expect(read(advisory('api_audit', { subject: told }))).toBeNull(),
  );
  it('can be read however long the name of its client and its request are', () => {
    const client = { user: 'ann', name: '"'.repeat(4000) };
    const request = `{"keep":1,"x":"${'"'.repeat(8000)}`;
    const data = read(advisory('api_audit', { subject: '$JS.API.STREAM.PURGE.S', client, request }))?.data ?? '';
    expect(JSON.parse(data)).toMatchObject({ subject: '$JS.API.STREAM.PURGE.S', client: { user: 'ann' } });
  });

  const acted = (response: string, more: object = {}) =>
    JSON.parse(
      read(advisory('api_audit', { subject: '$JS.API.STREAM.PURGE.S', client: { user: 'ann' }, response, ...more }))
        ?.data ?? '',
    ) as unknown;
  it.each([
    ['{"type":"io.nats.jetstream.api.v1.stream_purge_response","success":true,"purged":3}', { failed: false }],
    [
      '{"error":{"code":404,"err_code":10059,"description":"stream not found"}}',
      { failed: true, reason: 'stream not found' },
    ],
    ['not JSON', undefined],
    ['', undefined],
    ['[]', undefined],
  ])('tells of the answer %s whether it was done', (response, outcome) =>
    expect(acted(response)).toEqual({
      ...(outcome && { outcome }),
      ...advisory('api_audit', { subject: '$JS.API.STREAM.PURGE.S', client: { user: 'ann' } }),
    }),
  );
  it('holds what was asked for without the headers that servers put before it', () => {
    const headers = 'NATS/1.0\r\nNats-Request-Info: {"acc":"APP","jwt":"a-secret"}\r\n\r\n';
    for (const request of [`${headers}{"keep":3}`, '{"keep":3}'])
      expect(acted('{}', { request })).toMatchObject({ request: '{"keep":3}' });
    expect(acted('{}', { request: headers })).toMatchObject({ request: '' });
  });
  it('can be read whatever was asked for, and holds no token of the client', () => {
    const client = { user: 'ann', jwt: 'a-secret', nonce: 'another' };
    const request = '"\u0000'.repeat(10_000);
    expect(acted('{}', { client, request, domain: 'hub' })).toMatchObject({ client: { user: 'ann' }, domain: 'hub' });
    expect(JSON.stringify(acted('{}', { client, request }))).not.toMatch(/a-secret|another/);
  });

  it('of a server says which, and its clients are for those who may see other accounts', () => {
    const event = { server: { id: 'NX', name: 'n1', time: '2026-11-24T20:00:00Z' } };
    expect(read(event, inSystem, '$SYS.SERVER.NX.SHUTDOWN')).toMatchObject({
      type: 'server_shutdown',
      severity: 'warning',
      server: 'n1',
      title: 'Server n1: shutdown',
      common: { own: true },
    });
    expect(read(event, inSystem, '$SYS.SERVER.NX.CLIENT.AUTH.ERR')?.common.own).toBe(false);
  });

  it.each([
    [null],
    ['text'],
    [[]],
    [{}],
    [{ ...base }],
    [{ ...advisory('nak'), id: '' }],
    [{ ...advisory('nak'), timestamp: 'now' }],
  ])('is none where it is %j', (value) => expect(read(value)).toBeNull());
});
