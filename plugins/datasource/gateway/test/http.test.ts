import { describe, expect, it } from 'vitest';
import { encodeEnvelope } from '../../../../backend/server/src/query/frames/envelope';
import { framesMediaType } from '@jetstream-console/contract';
import { dsQueryBody, healthByHttp, queryByHttp, resourceByHttp } from '../src/host';
import { sendJson, sendProblem } from './console';
import { contextFor, lag, openBench, signedIn, tokenOf } from './setup';

const bench = openBench();
const behalf = () => ({ pluginContext: contextFor(bench.console.url), headers: signedIn() });

describe('Grafana’s HTTP API over the gateway', () => {
  it('answers queries with frames as the pages read them', async () => {
    bench.console.answer = async (_call, res) => {
      const fields = [
        { name: 'time', type: 'time', values: [1000] },
        { name: 'value', type: 'number', values: [42] },
      ] as const;
      const parts = await encodeEnvelope([{ refId: 'A', status: 200, frames: [{ name: 'lag', fields }] }]);
      res.writeHead(200, { 'content-type': framesMediaType }).end(Buffer.concat(parts));
    };
    const body = dsQueryBody.parse({
      from: '1795459200000',
      to: '1795462800000',
      queries: [
        { refId: 'A', datasource: { uid: 'x' }, intervalMs: 1000, maxDataPoints: 100, v: 1, spec: lag },
        { refId: 'B', v: 1, spec: { kind: 'shell' } },
      ],
    });
    const { status, json } = await queryByHttp(await bench.shared(), behalf(), body);
    expect(status).toBe(400);
    expect(json).toEqual({
      results: {
        A: {
          status: 200,
          frames: [
            {
              schema: {
                name: 'lag',
                refId: 'A',
                fields: [
                  { name: 'time', type: 'time', typeInfo: { frame: 'time.Time', nullable: false } },
                  { name: 'value', type: 'number', typeInfo: { frame: 'float64', nullable: false } },
                ],
              },
              data: { values: [[1000], [42]] },
            },
          ],
        },
        B: { status: 400, error: expect.stringContaining('shell'), errorSource: 'downstream', frames: [] },
      },
    });
    expect(bench.console.calls[0]?.body.toString()).toContain('"from":"2026-11-23T18:40:00.000Z"');
  });

  it.each([{ from: 'now-1h', to: 'now', queries: [{ refId: 'A' }] }, { from: '0', to: '1', queries: [] }, {}])(
    'takes no body like %j',
    (body) => {
      expect(dsQueryBody.safeParse(body).success).toBe(false);
    },
  );

  it('answers the health of a datasource', async () => {
    bench.console.answer = (_call, res) => sendProblem(res, 403, 'Unknown here.');
    const { status, json } = await healthByHttp(await bench.shared(), behalf());
    expect(status).toBe(400);
    expect(json).toMatchObject({ status: 'ERROR', message: 'Unknown here.', details: {} });
  });

  it('passes resources through', async () => {
    bench.console.answer = (call, res) => sendJson(res, 200, { who: call.asker.login, search: call.search });
    const { pluginContext } = behalf();
    const headers = { 'X-Grafana-Id': tokenOf('alice') };
    const asked = { pluginContext, method: 'GET', url: 'values?of=stream', headers, body: new Uint8Array(0) };
    const bodies: Uint8Array[] = [];
    for await (const { body } of resourceByHttp(await bench.shared(), asked)) bodies.push(body);
    expect(JSON.parse(Buffer.concat(bodies).toString())).toEqual({ who: 'alice', search: 'of=stream' });
    expect(bench.console.calls[0]?.idToken).toBe(tokenOf('alice'));
  });
});
