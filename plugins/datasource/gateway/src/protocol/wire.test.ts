import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { dataResponse, pluginContext, queryDataRequest, queryDataResponse } from './pluginv2';

/** The same messages by protobufjs's own encoder, from names and numbers written a second time. */
const { root } = protobuf.parse(`syntax = "proto3";
  message Settings { string name = 2; bytes jsonData = 8; map<string,string> decryptedSecureJsonData = 9; int64 lastUpdatedMS = 10; string uid = 11; }
  message User { string login = 1; string name = 2; string email = 3; string role = 4; }
  message Context { int64 orgId = 1; string pluginId = 2; User user = 3; Settings dataSourceInstanceSettings = 5; map<string,string> grafanaConfig = 6; string pluginVersion = 7; string userAgent = 8; string later = 99; }
  message TimeRange { int64 fromEpochMS = 1; int64 toEpochMS = 2; }
  message Query { string refId = 1; int64 maxDataPoints = 2; int64 intervalMS = 3; TimeRange timeRange = 4; bytes json = 5; string queryType = 6; }
  message Request { Context pluginContext = 1; map<string,string> headers = 2; repeated Query queries = 3; }
  message Data { repeated bytes frames = 1; string error = 2; bytes jsonMeta = 3; int32 status = 4; string errorSource = 5; }
  message Response { map<string,Data> responses = 1; }`);
const theirs = (name: string) => root.lookupType(name);

describe('messages on the wire', () => {
  const request = {
    pluginContext: {
      orgId: 3,
      pluginId: 'p',
      user: { login: 'alice', name: 'Älice 木', email: '', role: 'Viewer' },
      dataSourceInstanceSettings: {
        name: 'ds',
        jsonData: Buffer.from('{"a":1}'),
        decryptedSecureJsonData: { gatewaySecret: 's', __proto: 'x' },
        lastUpdatedMS: 1_795_459_200_123,
        uid: 'u',
      },
      grafanaConfig: {},
      later: 'a field of a newer Grafana',
    },
    headers: { FromAlert: 'true', 'http_X-Grafana-Id': 'a.b.c' },
    queries: [
      {
        refId: 'A',
        maxDataPoints: 900,
        intervalMS: 15_000,
        timeRange: { fromEpochMS: -5, toEpochMS: 1_795_459_200_000 },
      },
      { refId: 'B', json: Buffer.from('{}') },
    ],
  };

  it('reads what another encoder wrote', () => {
    const decoded = queryDataRequest.decode(theirs('Request').encode(theirs('Request').create(request)).finish());
    expect(decoded.pluginContext?.user).toEqual({ login: 'alice', name: 'Älice 木', email: '', role: 'Viewer' });
    expect(decoded.pluginContext?.orgId).toBe(3);
    expect(decoded.pluginContext?.dataSourceInstanceSettings?.lastUpdatedMS).toBe(1_795_459_200_123);
    expect(decoded.pluginContext?.dataSourceInstanceSettings?.decryptedSecureJsonData.get('gatewaySecret')).toBe('s');
    expect(decoded.headers.get('FromAlert')).toBe('true');
    expect(decoded.queries.map((query) => query.refId)).toEqual(['A', 'B']);
    expect(decoded.queries[0]?.timeRange).toEqual({ fromEpochMS: -5, toEpochMS: 1_795_459_200_000 });
    expect(decoded.queries[1]?.timeRange).toBeUndefined();
    expect(Buffer.from(decoded.queries[1]?.json ?? []).toString()).toBe('{}');
  });

  it('writes what another decoder reads, empty frames and default values included', () => {
    const frames = [Buffer.from([1, 2, 3]), Buffer.alloc(0), Buffer.alloc(70_000, 7)];
    const written = queryDataResponse.encode({
      responses: new Map([
        ['A', dataResponse.make({ frames, status: 200 })],
        ['B', dataResponse.make({ error: 'no', status: 404, errorSource: 'downstream' })],
        ['', dataResponse.make({})],
      ]),
    });
    const read = theirs('Response').toObject(theirs('Response').decode(written), { bytes: Buffer, arrays: true });
    expect(read['responses']['A'].frames.map((frame: Buffer) => frame.length)).toEqual([3, 0, 70_000]);
    expect(read['responses']['B']).toMatchObject({ error: 'no', status: 404, errorSource: 'downstream' });
    expect(Object.keys(read['responses'])).toEqual(['A', 'B', '']);
    expect(queryDataResponse.decode(written).responses.get('A')?.frames[2]?.length).toBe(70_000);
  });

  it.each([
    ['cut off', (whole: Buffer) => whole.subarray(0, whole.length - 3)],
    ['with a length over its end', () => Buffer.from([0x0a, 0x7f, 0x01])],
    ['with another wire type', () => Buffer.from([0x08, 0x01])],
    ['that is no protobuf', () => Buffer.from('this is no protobuf at all')],
    ['of an endless varint', () => Buffer.alloc(64, 0xff)],
  ])('refuses a message %s', (_what, spoil) => {
    const whole = queryDataRequest.encode({ pluginContext: pluginContext.make({ pluginId: 'p', orgId: 9 }) });
    expect(() => queryDataRequest.decode(spoil(whole))).toThrow();
  });

  it('keeps an absent message apart from an empty one', () => {
    expect(queryDataRequest.decode(Buffer.alloc(0)).pluginContext).toBeUndefined();
    expect(
      queryDataRequest.decode(queryDataRequest.encode({ pluginContext: pluginContext.make({}) })).pluginContext,
    ).toBeDefined();
  });
});
