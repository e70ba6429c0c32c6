import { Client, Metadata, credentials, status, type ServiceError } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { callResourceRequest, type Gateway } from '../src/host';
import { empty } from '../src/protocol/goPlugin';
import { broker, health } from '../src/protocol/services';
import { answerQueries, rows } from './frames';
import { contextFor, lag, openBench, queryOf, signedIn } from './setup';

const bench = openBench();

function raw(gateway: Gateway): Client {
  return new Client(`unix:${gateway.address.address}`, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.default_authority': 'localhost',
  });
}
const bytesThrough = (bytes: Buffer): Buffer => bytes;

const call = (client: Client, path: string, message: Buffer): Promise<Buffer | ServiceError> =>
  new Promise((resolve) => {
    client.makeUnaryRequest(path, bytesThrough, bytesThrough, message, new Metadata(), (error, answer) =>
      resolve(error ?? answer ?? Buffer.alloc(0)),
    );
  });

describe('the protocol', () => {
  it.each([
    ['QueryData', '/pluginv2.Data/QueryData', Buffer.from('this is no protobuf')],
    ['CheckHealth', '/pluginv2.Diagnostics/CheckHealth', Buffer.from([0x0a, 0xff, 0xff])],
    ['SubscribeStream', '/pluginv2.Stream/SubscribeStream', Buffer.alloc(100, 0xff)],
  ])('refuses a malformed message to %s and goes on', async (_name, path, message) => {
    const gateway = await bench.start();
    const client = raw(gateway);
    expect(await call(client, path, message)).toMatchObject({ code: status.INTERNAL });
    client.close();
    await gateway.calls.collectMetrics();
  });

  it.each([
    '/pluginv2.AdmissionControl/ValidateAdmission',
    '/pluginv2.ResourceConversion/ConvertObjects',
    '/pluginv2.Data/QueryChunkedData',
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  ])('says that it does not offer %s', async (path) => {
    const client = raw(await bench.start());
    expect(await call(client, path, Buffer.alloc(0))).toMatchObject({ code: status.UNIMPLEMENTED });
    client.close();
  });

  it('takes and gives messages of 20 MB', async () => {
    const file = rows(1_300_000);
    expect(file.length).toBeGreaterThan(20_000_000);
    bench.console.answer = answerQueries(() => ({ status: 200, frames: [file] }));
    const { calls } = await bench.start();
    const large = callResourceRequest.make({
      path: 'ticket',
      url: 'ticket',
      method: 'POST',
      body: Buffer.alloc(20_000_000),
    });
    const codes: number[] = [];
    for await (const part of calls.callResource(large)) codes.push((part as { code: number }).code);
    expect(codes).toEqual([413]);
    const request = {
      pluginContext: contextFor(bench.console.url),
      headers: signedIn(),
      queries: [queryOf('A', lag), { ...queryOf('B', lag), json: Buffer.from(`{"kind":"${'x'.repeat(20_000_000)}"}`) }],
    };
    const { responses } = await calls.queryData(request);
    expect(responses.get('A')?.frames[0]?.length).toBe(file.length);
    expect(responses.get('B')?.status).toBe(400);
    expect(responses.get('B')?.error.length).toBeLessThan(400);
  });

  it('refuses a message over its limit and goes on', async () => {
    const gateway = await bench.start();
    const client = raw(gateway);
    const answer = await call(client, '/pluginv2.Data/QueryData', Buffer.alloc(65 * 1024 * 1024));
    expect(answer).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    client.close();
    await gateway.calls.collectMetrics();
  });

  it('answers gRPC’s own health check', async () => {
    const gateway = await bench.start();
    expect(await gateway.calls.health({ service: 'plugin' })).toEqual({ status: 1 });
    await expect(gateway.calls.health({ service: 'other' })).rejects.toMatchObject({ code: status.NOT_FOUND });
    const client = raw(gateway);
    const { path, requestSerialize, responseDeserialize } = health.Watch;
    const watch = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service: 'plugin' });
    watch.on('error', () => undefined);
    expect(await new Promise((resolve) => watch.once('data', resolve))).toEqual({ status: 1 });
    watch.cancel();
    client.close();
  });

  it('holds the broker’s stream open until the host ends it', async () => {
    const gateway = await bench.start();
    const client = raw(gateway);
    const { path, requestSerialize, responseDeserialize } = broker.StartStream;
    const stream = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
    const ended = new Promise((resolve) => stream.once('end', resolve));
    stream.resume().write({ serviceId: 1, network: 'unix', address: '/nowhere' });
    await gateway.calls.collectMetrics();
    stream.end();
    await ended;
    client.close();
  });

  it('tells what it does in Prometheus’ text', async () => {
    bench.console.answer = answerQueries(() => ({ status: 200, frames: [] }));
    const { calls } = await bench.start();
    await calls.queryData({
      pluginContext: contextFor(bench.console.url),
      headers: signedIn(),
      queries: [queryOf('A', lag), queryOf('B', { kind: 'shell' })],
    });
    const { metrics } = await calls.collectMetrics();
    const text = Buffer.from(metrics?.prometheus ?? []).toString();
    expect(text).toMatch(/^jetstream_gateway_call_duration_seconds_count\{call="QueryData",outcome="ok"\} 1$/m);
    expect(text).toMatch(/^jetstream_gateway_query_responses_total\{status="200"\} 1$/m);
    expect(text).toMatch(/^jetstream_gateway_query_responses_total\{status="400"\} 1$/m);
    expect(text).toMatch(/^jetstream_gateway_process_resident_memory_bytes \d+$/m);
    expect(text).toMatch(/^jetstream_gateway_live_streams 0$/m);
  });

  it('sends an empty message as no bytes at all', () => {
    expect(empty.encode({})).toHaveLength(0);
  });
});
