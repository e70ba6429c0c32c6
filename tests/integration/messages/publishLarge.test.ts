import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { apiBase, problemSchema, routes, urlOf } from '@jetstream-console/contract';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { flood } from '../setup/flood';
import { bearer } from '../setup/http';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { base64, text } from './world';

const mebibyte = 1024 * 1024;

interface Server {
  readonly nats: NatsServer;
  readonly nc: NatsConnection;
  readonly clusterId: string;
}
let api: TestApi;
let usual: Server;
let wide: Server;

async function start(config: string): Promise<Server> {
  const nats = await startNatsServer({ config });
  const nc = await connectTo(nats.url);
  await (await jetstreamManager(nc)).streams.add({ name: 'LARGE', subjects: ['large'] });
  return { nats, nc, clusterId: await addCluster(api, [nats.url]) };
}
beforeAll(async () => {
  api = await startTestApi();
  [usual, wide] = await Promise.all([start(''), start('max_payload: 8MB')]);
});
afterAll(async () => {
  for (const server of [usual, wide]) {
    await server?.nc.close();
    await server?.nats.stop();
  }
  await api?.stop();
});

const publish = ({ clusterId }: Server, payload: ReturnType<typeof text> | ReturnType<typeof base64>) =>
  api.ask(
    routes.publishMessage,
    { params: { clusterId, stream: 'LARGE' }, body: { subject: 'large', payload } },
    api.admin,
  );
const storedIn = async ({ nc }: Server) => (await (await jetstreamManager(nc)).streams.info('LARGE')).state.messages;
const urlTo = ({ clusterId }: Server) =>
  api.url + apiBase + urlOf(routes.publishMessage, { clusterId, stream: 'LARGE' });

it('a message as large as its server takes is stored to the byte', async () => {
  const payload = randomBytes(8 * mebibyte - 1024);
  const answer = await publish(wide, base64(payload));
  expect(answer.status, answer.text).toBe(201);
  const { seq } = routes.publishMessage.response.parse(answer.json());
  const message = await (await jetstreamManager(wide.nc)).streams.getMessage('LARGE', { seq });
  expect(Buffer.from(message?.data ?? []).equals(payload)).toBe(true);
});

it('nearly a megabyte goes to a server with the usual limit, as text too', async () => {
  const most = mebibyte - 1024;
  expect((await publish(usual, base64(randomBytes(most)))).status).toBe(201);
  expect((await publish(usual, text('"'.repeat(most)))).status).toBe(201);
});

it('one byte too many is told by the server that it is for', async () => {
  const before = await storedIn(wide);
  const answer = await publish(wide, text('x'.repeat(8 * mebibyte + 1)));
  expect(answer.json()).toMatchObject({ status: 422, code: 'publish_refused' });
  expect(answer.text).toContain('takes 8388608 at most');
  expect(await storedIn(wide)).toBe(before);
});

/** Begins to send a large message and holds back its end until it is told to. */
function beginLarge(server: Server) {
  const body = JSON.stringify({ subject: 'large', payload: base64(randomBytes(2 * mebibyte)) });
  const headers = { ...Object.fromEntries(bearer(api.admin)), 'content-type': 'application/json' };
  const req = http.request(urlTo(server), {
    method: 'POST',
    headers: { ...headers, 'content-length': body.length },
    agent: false,
  });
  const answered = (async () => {
    const [answer] = (await once(req, 'response')) as [IncomingMessage];
    return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], text: await textOf(answer) };
  })();
  req.write(body.slice(0, 1000));
  return { answered, finish: () => req.end(body.slice(1000)) };
}

it('only so many large messages of an organization are taken at once; one too many is told when to come again', async () => {
  const sending = Array.from({ length: 11 }, () => beginLarge(wide));
  const first = await Promise.race(sending.map(async (each) => ({ each, answer: await each.answered })));
  expect(first.answer).toMatchObject({ status: 429, retryAfter: '5' });
  expect(problemSchema.parse(JSON.parse(first.answer.text)).detail).toContain('Nothing was done. Send it again');
  // A message of the usual size does not wait behind those.
  expect((await publish(wide, base64(randomBytes(1000)))).status).toBe(201);
  const others = sending.filter((each) => each !== first.each);
  for (const { finish } of others) finish();
  expect((await Promise.all(others.map(({ answered }) => answered))).map(({ status }) => status)).toEqual(
    others.map(() => 201),
  );
});

describe('a publish of 100 MB', () => {
  it.each([
    ['with its length said', false],
    ['in chunks of unknown number', true],
  ])('%s is refused by the limit of its server, without being read to its end', async (_, chunked) => {
    for (const [server, most] of [
      [usual, '1,048,576'],
      [wide, '8,388,608'],
    ] as const) {
      const before = await storedIn(server);
      const answer = await flood(urlTo(server), 100_000_000, chunked, { authorization: `Bearer ${api.admin}` });
      expect(problemSchema.parse(JSON.parse(answer.text))).toMatchObject({ status: 413, code: 'body_too_large' });
      expect(answer.text).toContain(`takes ${most} bytes with headers (max_payload)`);
      expect(answer.taken).toBeLessThan(50_000_000);
      expect(await storedIn(server)).toBe(before);
    }
  });

  it('by who may not publish is not asked about at all', async () => {
    const answer = await flood(urlTo(wide), 100_000_000, false, {});
    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain('max_payload');
  });
});
