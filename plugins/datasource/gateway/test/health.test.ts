import type { Me } from '@jetstream-console/contract';
import { describe, expect, it } from 'vitest';
import { healthStatus } from '../src/host';
import { sendJson, sendProblem } from './console';
import { contextFor, openBench, signedIn } from './setup';

const bench = openBench();
const me = (grants: Me['grants']): Me => ({
  organization: { id: '7a0c3f0e-0d65-4c2b-8f0f-3d3f3a1b2c4d', name: 'Shop' },
  subject: { id: '5b1c3f0e-0d65-4c2b-8f0f-3d3f3a1b2c4d', kind: 'user', login: 'alice', name: 'Alice', email: null },
  roles: grants.length > 0 ? [{ name: 'viewer', scope: '*', from: 'Grafana role Viewer' }] : [],
  teams: [],
  grants,
  installationAdmin: false,
  via: 'gateway',
  expiresAt: null,
});
const viewer: Me['grants'] = [{ resource: 'streams', action: 'read', scope: { kind: 'organization' } }];

async function check(context = contextFor(bench.console.url), headers = signedIn()) {
  const { calls } = await bench.shared();
  const { status, message, jsonDetails } = await calls.checkHealth({ pluginContext: context, headers });
  const { verboseMessage } = JSON.parse(Buffer.from(jsonDetails).toString()) as { verboseMessage: string };
  return { status, message, verboseMessage };
}

describe('CheckHealth', () => {
  it('says whose datasource reaches what, with the particulars', async () => {
    bench.console.answer = (_call, res) => sendJson(res, 200, me(viewer));
    const { status, message, verboseMessage } = await check();
    expect([status, message]).toEqual([healthStatus.ok, 'Connected to Shop as alice (viewer).']);
    expect(verboseMessage).toContain('gateway 0.1.0');
    expect(verboseMessage).toContain(`Console at ${bench.console.url}`);
    expect(verboseMessage).toContain('viewer on *, from Grafana role Viewer');
    expect(bench.console.calls.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /auth/me']);
  });

  it('finds it wrong when the asker may see nothing', async () => {
    bench.console.answer = (_call, res) => sendJson(res, 200, me([]));
    const { status, message } = await check();
    expect(status).toBe(healthStatus.error);
    expect(message).toMatch(/you may see nothing there\. Ask an administrator/);
  });

  it('quotes why the console does not take the identity', async () => {
    bench.console.answer = (_call, res) => sendProblem(res, 403, 'The identity is of another issuer: set root_url.');
    expect(await check()).toMatchObject({
      status: healthStatus.error,
      message: 'The identity is of another issuer: set root_url.',
    });
  });

  it('tells when the clocks are apart', async () => {
    bench.console.answer = (_call, res) => {
      res.setHeader('date', new Date(Date.now() - 45_000).toUTCString());
      sendJson(res, 200, me(viewer));
    };
    expect((await check()).message).toMatch(/is 4[56] s behind Grafana's: set both by NTP/);
  });

  it('says what to do when the console is away or something else answers', async () => {
    bench.console.answer = (_call, res) => void res.end('<html>');
    expect((await check()).message).toMatch(/is not the console/);
    await bench.console.stop();
    expect((await check()).message).toMatch(/Check that the console runs/);
  });

  it('says what to do when nothing is configured, or nobody is signed in', async () => {
    expect((await check(contextFor(bench.console.url, { gatewaySecret: '' }))).message).toMatch(/connection string/);
    expect((await check(contextFor(bench.console.url), new Map())).message).toMatch(/you must be signed in/);
    expect(bench.console.calls).toEqual([]);
  });

  it('leaks no secret', async () => {
    bench.console.answer = (_call, res) => sendProblem(res, 500, 'Broken.');
    const { message, verboseMessage } = await check();
    expect(message).toBe('Broken. Request req-1.');
    for (const text of [message, verboseMessage, ...bench.lines.map(({ line }) => line)])
      expect(text).not.toContain('sss');
  });
});
