import { framesMediaType } from '@jetstream-console/contract';
import { status } from '@grpc/grpc-js';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { pluginContext } from '../src/host';
import { sendJson, sendProblem } from './console';
import { answerQueries, rows } from './frames';
import { alice, contextFor, lag, queryOf, signedIn, tokenOf, until, openBench } from './setup';

const bench = openBench();
const ok = (...frames: Uint8Array[]) => ({ status: 200, frames });
const ask = (...queries: ReturnType<typeof queryOf>[]) => ({
  pluginContext: contextFor(bench.console.url),
  headers: signedIn(),
  queries,
});

describe('QueryData', () => {
  it('asks once for all queries and passes the Arrow files on as they are', async () => {
    const files = new Map([
      ['A', [rows(10), rows(3)]],
      ['B', [rows(1)]],
    ]);
    bench.console.answer = answerQueries((_spec, refId) => ok(...(files.get(refId) ?? [])));
    const { calls } = await bench.shared();
    const { responses } = await calls.queryData(
      ask(queryOf('A', lag), queryOf('B', { kind: 'inventory', of: 'streams' })),
    );
    expect(bench.console.calls.map(({ method, path, accept }) => [method, path, accept])).toEqual([
      ['POST', '/query', framesMediaType],
    ]);
    for (const [refId, sent] of files) {
      const response = responses.get(refId);
      expect(response).toMatchObject({ status: 200, error: '', errorSource: '' });
      expect(
        response?.frames.map((frame) =>
          Buffer.from(frame).equals(sent[response.frames.indexOf(frame)] ?? Buffer.alloc(0)),
        ),
      ).toEqual(sent.map(() => true));
    }
    expect(tableFromIPC(responses.get('A')?.frames[0] ?? new Uint8Array()).numRows).toBe(10);
  });

  it('has no frame where there is no data', async () => {
    bench.console.answer = answerQueries(() => ok());
    const { calls } = await bench.shared();
    const { responses } = await calls.queryData(ask(queryOf('A', lag)));
    expect(responses.get('A')).toEqual({ frames: [], error: '', status: 200, errorSource: '' });
  });

  it('answers each query by itself: bad ones here, bad ones there, and those that are fine', async () => {
    bench.console.answer = answerQueries((_spec, refId) =>
      refId === 'gone'
        ? { status: 404, error: 'There is no stream ORDERS.', errorSource: 'downstream', frames: [] }
        : ok(rows(2)),
    );
    const { calls } = await bench.shared();
    const { responses } = await calls.queryData(
      ask(
        queryOf('fine', lag),
        queryOf('kind', { kind: 'shell' }),
        { ...queryOf('json', lag), json: Buffer.from('{"spec":') },
        queryOf('metric', { kind: 'metrics', metric: 'no_such' }),
        queryOf('gone', lag),
        queryOf('hidden', lag, { hide: true }),
      ),
    );
    const seen = Object.fromEntries(
      [...responses].map(([refId, r]) => [refId, [r.status, r.errorSource, r.frames.length]]),
    );
    expect(seen).toEqual({
      fine: [200, '', 1],
      kind: [400, 'downstream', 0],
      json: [400, 'downstream', 0],
      metric: [400, 'downstream', 0],
      gone: [404, 'downstream', 0],
    });
    expect(responses.get('gone')?.error).toBe('There is no stream ORDERS.');
    expect(bench.console.calls[0]?.body.toString()).not.toContain('hidden');
  });

  it('says who asks, with the person’s token', async () => {
    bench.console.answer = answerQueries(() => ok());
    const { calls } = await bench.shared();
    await calls.queryData(ask(queryOf('A', lag)));
    expect(bench.console.calls[0]).toMatchObject({
      asker: { orgId: 1, login: 'alice', fromAlert: false, pluginVersion: '0.1.0' },
      idToken: tokenOf('alice'),
    });
  });

  it('says of a forged FromAlert who forged it', async () => {
    bench.console.answer = answerQueries(() => ok());
    const { calls } = await bench.shared();
    await calls.queryData({ ...ask(queryOf('A', lag)), headers: signedIn().set('FromAlert', 'true') });
    expect(bench.console.calls[0]).toMatchObject({
      asker: { login: 'alice', fromAlert: true },
      idToken: tokenOf('alice'),
    });
  });

  it('makes up no token: an evaluation and a public dashboard have none', async () => {
    bench.console.answer = answerQueries(() => ok());
    const { calls } = await bench.shared();
    const scheduler = contextFor(bench.console.url, { asker: { ...alice, login: 'grafana_scheduler' } });
    await calls.queryData({
      ...ask(queryOf('A', lag)),
      pluginContext: scheduler,
      headers: new Map([['FromAlert', 'true']]),
    });
    const nobody = pluginContext.make({ ...contextFor(bench.console.url), user: undefined });
    const misleading = new Map([
      ['Authorization', 'Bearer x'],
      ['X-Id-Token', 'oauth.id.token'],
      ['Cookie', 'grafana_session=x'],
      ['http_X-Grafana-User', 'admin'],
    ]);
    await calls.queryData({ ...ask(queryOf('A', lag)), pluginContext: nobody, headers: misleading });
    expect(bench.console.calls.map(({ asker, idToken }) => [asker.login, asker.fromAlert, idToken])).toEqual([
      ['grafana_scheduler', true, null],
      ['', false, null],
    ]);
  });

  it('quotes the console’s refusal for each query', async () => {
    bench.console.answer = (_call, res) => sendProblem(res, 403, 'Your account is switched off.');
    const { calls } = await bench.shared();
    const { responses } = await calls.queryData(ask(queryOf('A', lag), queryOf('B', lag)));
    expect([...responses.values()].map(({ status: code, error, errorSource }) => [code, error, errorSource])).toEqual(
      Array(2).fill([403, 'Your account is switched off.', 'downstream']),
    );
  });

  it('is told when the secret is another one', async () => {
    const { calls } = await bench.shared();
    const pluginContext = contextFor(bench.console.url, { gatewaySecret: `${'x'.repeat(40)}` });
    const { responses } = await calls.queryData({ ...ask(queryOf('A', lag)), pluginContext });
    expect(responses.get('A')).toMatchObject({ status: 403, errorSource: 'downstream' });
    expect(responses.get('A')?.error).toMatch(/wrong signature/);
  });

  it('says what to configure where nothing is', async () => {
    const { calls } = await bench.shared();
    for (const context of [
      contextFor('not a url'),
      contextFor(bench.console.url, { gatewaySecret: '' }),
      contextFor('ftp://console'),
    ]) {
      const { responses } = await calls.queryData({ ...ask(queryOf('A', lag)), pluginContext: context });
      expect(responses.get('A')).toMatchObject({ status: 400, errorSource: 'downstream' });
      expect(responses.get('A')?.error).toMatch(/Paste the console's connection string/);
    }
    const { responses } = await calls.queryData({ ...ask(queryOf('A', lag)), pluginContext: undefined });
    expect(responses.get('A')?.status).toBe(400);
    expect(bench.console.calls).toEqual([]);
  });

  it.each([
    ['a page of something else', (_: unknown, res: Parameters<typeof sendJson>[0]) => res.end('<html>')],
    ['other JSON', (_: unknown, res: Parameters<typeof sendJson>[0]) => sendJson(res, 200, { results: {} })],
    [
      'half an answer',
      (_: unknown, res: Parameters<typeof sendJson>[0]) => {
        res.writeHead(200, { 'content-type': framesMediaType }).end(Buffer.from([0, 0, 1, 0, 123]));
      },
    ],
  ])('takes %s for what it is', async (_what, answer) => {
    bench.console.answer = answer;
    const { calls } = await bench.shared();
    const { responses } = await calls.queryData(ask(queryOf('A', lag)));
    expect(responses.get('A')?.status).toBe(502);
    expect(responses.get('A')?.frames).toEqual([]);
  });

  it('answers that the console is away, and goes on when it is back', async () => {
    bench.console.answer = answerQueries(() => ok(rows(1)));
    const { calls } = await bench.shared();
    const request = ask(queryOf('A', lag));
    const once = async () => (await calls.queryData(request)).responses.get('A');
    expect((await once())?.status).toBe(200);
    await bench.console.stop();
    const away = await once();
    expect(away).toMatchObject({ status: 502, errorSource: 'downstream', frames: [] });
    expect(away?.error).toMatch(/cannot be reached: .*Check that the console runs/);
    await bench.console.start();
    expect((await once())?.status).toBe(200);
  });

  it('breaks off at the console when Grafana cancels, and goes on working', async () => {
    const held: AbortSignal[] = [];
    bench.console.answer = (call) => void held.push(call.gone);
    const { calls } = await bench.shared();
    const browser = new AbortController();
    const asked = calls.queryData(ask(queryOf('A', lag)), browser.signal);
    asked.catch(() => undefined);
    await until(() => held.length === 1);
    browser.abort();
    await expect(asked).rejects.toMatchObject({ code: status.CANCELLED });
    await until(() => held[0]?.aborted === true);
    bench.console.answer = answerQueries(() => ok());
    expect((await calls.queryData(ask(queryOf('A', lag)))).responses.get('A')?.status).toBe(200);
  });

  it('has 64 queries under way at the same time', async () => {
    let release: () => void = () => undefined;
    const all = new Promise<void>((resolve) => (release = resolve));
    let waiting = 0;
    bench.console.answer = answerQueries(async () => {
      // Nobody is answered before everybody has asked.
      if (++waiting === 64) release();
      await all;
      return ok(rows(1));
    });
    const { calls } = await bench.shared();
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, i) => calls.queryData(ask(queryOf(`Q${i}`, lag)))),
    );
    expect(answers.map(({ responses }, i) => responses.get(`Q${i}`)?.status)).toEqual(Array(64).fill(200));
  });

  it('passes a million rows', async () => {
    const file = rows(1_000_000);
    bench.console.answer = answerQueries(() => ok(file));
    const { calls } = await bench.shared();
    const { responses } = await calls.queryData(ask(queryOf('A', lag)));
    expect(Buffer.from(responses.get('A')?.frames[0] ?? []).equals(file)).toBe(true);
  });

  it('uses new settings as soon as they are saved', async () => {
    bench.console.answer = answerQueries(() => ok());
    const { calls } = await bench.shared();
    const wrong = contextFor(bench.console.url, { uid: 'saved', updated: 1, gatewaySecret: 'x'.repeat(40) });
    const right = contextFor(bench.console.url, { uid: 'saved', updated: 2 });
    const statusWith = async (pluginContext: typeof right) =>
      (await calls.queryData({ ...ask(queryOf('A', lag)), pluginContext })).responses.get('A')?.status;
    expect([await statusWith(wrong), await statusWith(right), await statusWith(right)]).toEqual([403, 200, 200]);
  });
});
