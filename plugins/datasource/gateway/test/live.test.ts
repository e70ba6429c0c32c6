import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { sourceOf, streamStatus, type Gateway, type StreamPacket } from '../src/host';
import { sendJson, sendProblem, type Call } from './console';
import { alice, contextFor, openBench, signedIn, tokenOf, until } from './setup';

/** a tighter check than the usual 30 s, so that tests need not wait for it */
const bench = openBench({ GF_PLUGIN_LIVE_RECHECK_SECONDS: '0.05' });
const ticket = 'T'.repeat(43);
const schema = {
  name: 'lag',
  fields: [
    { name: 'time', type: 'time' },
    { name: 'value', type: 'number' },
  ],
};
const frame = (value: number) => ({ data: { values: [[1_795_459_200_000 + value], [value]] } });
const request = (path = ticket, login = 'alice', headers = signedIn(login)) => ({
  pluginContext: contextFor(bench.console.url, { asker: { ...alice, login } }),
  path,
  data: Buffer.alloc(0),
  headers,
});

/** The console's side of one ticket of alice's: who may use it, and streams that tests write to. */
function issue() {
  const state = { revoked: false, forgotten: false, streams: [] as ServerResponse[], checks: [] as Call[] };
  bench.console.answer = (call, res) => {
    const [, , , path, act] = call.path.split('/');
    if (path !== ticket || state.forgotten) return sendProblem(res, 404, 'There is no such ticket.');
    if (call.asker.login !== 'alice' || state.revoked) return sendProblem(res, 403, 'This ticket is not yours.');
    if (act === 'check') {
      state.checks.push(call);
      const { at } = JSON.parse(call.body.toString()) as { at: string };
      if (at === 'subscribe' && call.idToken !== tokenOf('alice')) return sendProblem(res, 403, 'Who are you?');
      return sendJson(res, 200, { schema });
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    state.streams.push(res);
  };
  return state;
}
const push = (res: ServerResponse | undefined, event: unknown) => res?.write(`data: ${JSON.stringify(event)}\n\n`);

async function watch(gateway: Gateway, login = 'alice') {
  const packets: unknown[] = [];
  const stream = gateway.calls.runStream(request(ticket, login));
  const ended = new Promise<string>((resolve) => {
    stream.once('end', () => resolve('end'));
    stream.once('error', (error) => resolve(error.message));
  });
  stream.on('data', ({ data }: StreamPacket) => packets.push(JSON.parse(Buffer.from(data).toString())));
  return { gateway, stream, packets, ended };
}

describe('subscribing', () => {
  it('is allowed to the principal of the ticket, who gets the schema', async () => {
    const { checks } = issue();
    const { calls } = await bench.shared();
    const { status, data } = await calls.subscribeStream(request());
    expect(status).toBe(streamStatus.ok);
    expect(JSON.parse(Buffer.from(data).toString())).toEqual({ schema });
    expect(checks.map(({ idToken, body }) => [idToken, body.toString()])).toEqual([
      [tokenOf('alice'), '{"at":"subscribe"}'],
    ]);
  });

  it('is refused to everybody else, and to nobody in particular', async () => {
    issue();
    const { calls } = await bench.shared();
    expect((await calls.subscribeStream(request(ticket, 'mallory'))).status).toBe(streamStatus.permissionDenied);
    expect(bench.console.calls).toHaveLength(1);
    expect((await calls.subscribeStream(request(ticket, 'alice', new Map()))).status).toBe(
      streamStatus.permissionDenied,
    );
    expect(bench.console.calls).toHaveLength(1);
  });

  it('finds no ticket where there is none, and does not ask for what cannot be one', async () => {
    issue();
    const { calls } = await bench.shared();
    expect((await calls.subscribeStream(request('U'.repeat(43)))).status).toBe(streamStatus.notFound);
    expect(bench.console.calls).toHaveLength(1);
    for (const path of [
      '',
      'short',
      'a'.repeat(97),
      `${ticket}/frames`,
      '../../auth/me'.padEnd(30, 'x'),
      'ü'.repeat(30),
    ])
      expect((await calls.subscribeStream(request(path))).status).toBe(streamStatus.notFound);
    expect(bench.console.calls).toHaveLength(1);
  });

  it('fails, and is not refused, while the console is away', async () => {
    await bench.console.stop();
    const { calls } = await bench.shared();
    const error: unknown = await calls.subscribeStream(request()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ details: expect.stringMatching(/cannot be reached/) });
    expect(sourceOf((error as { metadata: Parameters<typeof sourceOf>[0] }).metadata)).toBe('downstream');
  });
});

describe('a running stream', () => {
  it('passes frames on as they come, without the token that would end long before it', async () => {
    const { streams } = issue();
    const { packets, stream } = await watch(await bench.shared());
    await until(() => streams.length === 1);
    push(streams[0], { schema, ...frame(1) });
    push(streams[0], frame(2));
    await until(() => packets.length === 2);
    expect(packets).toEqual([{ schema, ...frame(1) }, frame(2)]);
    const opened = bench.console.calls.find(({ path }) => path.endsWith('/frames'));
    expect([opened?.idToken, opened?.asker.login]).toEqual([null, 'alice']);
    stream.on('error', () => undefined).cancel();
    await until(() => streams[0]?.destroyed === true);
  });

  it('asks again and again whether its principal may still watch, and ends without an error when not', async () => {
    const state = issue();
    const { ended } = await watch(await bench.shared());
    await until(() => state.checks.length >= 3);
    expect(state.checks.map(({ body, idToken }) => [body.toString(), idToken])[0]).toEqual(['{"at":"run"}', null]);
    state.revoked = true;
    expect(await ended).toBe('end');
    await until(() => state.streams[0]?.destroyed === true);
  });

  it.each(['mallory', ''])('ends at once for %j, whose ticket it is not', async (login) => {
    issue();
    const { ended, packets } = await watch(await bench.shared(), login);
    expect(await ended).toBe('end');
    expect(packets).toEqual([]);
  });

  it('ends when the ticket is forgotten', async () => {
    const state = issue();
    const { ended } = await watch(await bench.shared());
    await until(() => state.streams.length === 1);
    state.forgotten = true;
    state.streams[0]?.destroy();
    expect(await ended).toBe('end');
  });

  it('comes back after the console was away', async () => {
    const state = issue();
    const { packets, stream } = await watch(await bench.shared());
    await until(() => state.streams.length === 1);
    push(state.streams[0], frame(1));
    await until(() => packets.length === 1);
    await bench.console.stop();
    await bench.console.start();
    await until(() => state.streams.length === 2);
    push(state.streams[1], frame(2));
    await until(() => packets.length === 2);
    expect(packets).toEqual([frame(1), frame(2)]);
    stream.on('error', () => undefined).cancel();
  });

  it('leaves out what is no frame, and asks for the stream anew', async () => {
    const state = issue();
    const { packets, stream } = await watch(await bench.shared());
    await until(() => state.streams.length === 1);
    push(state.streams[0], { hello: 1 });
    await until(() => state.streams.length === 2);
    push(state.streams[1], frame(1));
    await until(() => packets.length === 1);
    stream.on('error', () => undefined).cancel();
  });

  it('counts in the metrics while it runs', async () => {
    const state = issue();
    const { gateway, stream } = await watch(await bench.start());
    await until(() => state.streams.length === 1);
    const streams = async () => {
      const { metrics } = await gateway.calls.collectMetrics();
      return /^jetstream_gateway_live_streams (\d+)$/m.exec(Buffer.from(metrics?.prometheus ?? []).toString())?.[1];
    };
    expect(await streams()).toBe('1');
    stream.on('error', () => undefined).cancel();
    await until(async () => (await streams()) === '0');
  });
});

describe('publishing', () => {
  it('is denied to browsers', async () => {
    issue();
    const { calls } = await bench.shared();
    expect((await calls.publishStream(request())).status).toBe(streamStatus.permissionDenied);
    expect(bench.console.calls).toEqual([]);
  });
});
