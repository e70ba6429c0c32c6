import { describe, expect, it } from 'vitest';
import { callResourceRequest, type CallResourceResponse, type Gateway } from '../src/host';
import { sendJson, sendProblem } from './console';
import { contextFor, openBench, tokenOf, until } from './setup';

const bench = openBench();
const headers = new Map([['X-Grafana-Id', { values: [tokenOf('alice')] }]]);
const request = (method: string, url: string, body = '') =>
  callResourceRequest.make({
    pluginContext: contextFor(bench.console.url),
    method,
    url,
    path: url.split('?')[0] ?? '',
    headers,
    body: Buffer.from(body),
  });

async function call({ calls }: Gateway, ...given: Parameters<typeof request>) {
  const parts: CallResourceResponse[] = [];
  for await (const part of calls.callResource(request(...given))) parts.push(part as CallResourceResponse);
  return {
    code: parts[0]?.code,
    type: parts[0]?.headers.get('content-type')?.values[0],
    laterCodes: parts.slice(1).map(({ code, headers: later }) => [code, later.size]),
    body: Buffer.concat(parts.map(({ body }) => body)).toString(),
  };
}

describe('CallResource', () => {
  it('brings metrics and values from the console, as the person who asks', async () => {
    bench.console.answer = (given, res) => sendJson(res, 200, { path: given.path });
    const gateway = await bench.shared();
    expect(await call(gateway, 'GET', 'metrics')).toMatchObject({
      code: 200,
      type: 'application/json',
      body: '{"path":"/metrics"}',
    });
    expect((await call(gateway, 'GET', 'values?of=stream&search=OR%26D')).code).toBe(200);
    expect(bench.console.calls.map(({ path, search, idToken, asker }) => [path, search, idToken, asker.login])).toEqual(
      [
        ['/metrics', '', tokenOf('alice'), 'alice'],
        ['/analytics/values', 'of=stream&search=OR%26D', tokenOf('alice'), 'alice'],
      ],
    );
  });

  it('asks for a ticket with the body as it came', async () => {
    bench.console.answer = (_given, res) => sendJson(res, 200, { path: 'x' });
    const body = '{"query":{"kind":"metrics","metric":"lag"}}';
    expect((await call(await bench.shared(), 'POST', 'ticket', body)).code).toBe(200);
    expect(bench.console.calls[0]).toMatchObject({ method: 'POST', path: '/live/tickets' });
    expect(bench.console.calls[0]?.body.toString()).toBe(body);
  });

  it('passes a body on as it comes, with status and headers once', async () => {
    let finish: () => void = () => undefined;
    bench.console.answer = (_given, res) => {
      res.writeHead(200, { 'content-type': 'text/plain' }).write('first ');
      finish = () => res.end('second');
    };
    const gateway = await bench.shared();
    const parts: CallResourceResponse[] = [];
    const stream = gateway.calls.callResource(request('GET', 'metrics'));
    stream.on('data', (part: CallResourceResponse) => parts.push(part));
    await until(() => parts.length === 1);
    expect(Buffer.from(parts[0]?.body ?? []).toString()).toBe('first ');
    finish();
    await new Promise((resolve) => stream.once('end', resolve));
    expect(parts.map(({ code }) => code)).toEqual([200, 0]);
  });

  it('answers the console’s refusal as a problem, never with 401', async () => {
    bench.console.answer = (_given, res) => sendProblem(res, 401, 'Log in.');
    const answer = await call(await bench.shared(), 'GET', 'metrics');
    expect([answer.code, answer.type]).toEqual([403, 'application/problem+json']);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 403, detail: 'Log in.' });
  });

  it('offers nothing else, and asks the console nothing for it', async () => {
    const gateway = await bench.shared();
    for (const [method, url] of [
      ['GET', 'auth/me'],
      ['POST', 'query'],
      ['GET', '../health/ready'],
      ['DELETE', 'metrics'],
      ['GET', 'metrics/../auth/me'],
    ] as const)
      expect([404, 405]).toContain((await call(gateway, method, url)).code);
    expect(bench.console.calls).toEqual([]);
  });

  it('says that the console is away', async () => {
    await bench.console.stop();
    const answer = await call(await bench.shared(), 'GET', 'metrics');
    expect(answer.code).toBe(502);
    expect(answer.body).toMatch(/cannot be reached/);
  });

  it('breaks off when the console does in the middle, rather than pretend an end', async () => {
    bench.console.answer = (_given, res) => {
      res.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => res.destroy());
    };
    await expect(call(await bench.shared(), 'GET', 'metrics')).rejects.toMatchObject({
      details: expect.stringMatching(/broke before the answer was whole/),
    });
  });
});
