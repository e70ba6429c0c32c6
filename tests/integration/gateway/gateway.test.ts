import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseConnectionString, routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextOf, healthStatus, startGateway, type Gateway } from '../../../plugins/datasource/gateway/src/host';
import { buildGateway, launcherOf, ownPlatform } from '../../../scripts/packageGateway';
import { startTestApi, type TestApi } from '../setup/api';
import { pair, person, startGrafana, type Grafana, type Paired, type Person } from '../setup/grafana';

let [api, grafana, paired, gateway]: [TestApi?, Grafana?, Paired?, Gateway?] = [];
const dir = mkdtempSync(path.join(os.tmpdir(), 'js-gateway-'));
const there = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('beforeAll has not come to its end');
  return value;
};

beforeAll(async () => {
  await buildGateway(dir);
  api = await startTestApi();
  grafana = await startGrafana();
  paired = await pair(api, grafana);
  gateway = await startGateway({ executable: path.join(dir, launcherOf(ownPlatform())), env: process.env });
});
afterAll(async () => {
  await gateway?.stop();
  await grafana?.stop();
  await api?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const viewer = person({ uid: 'v1', id: 7, login: 'ünal', name: 'Ünal 木' });
let saved = 1;

/** The health of the datasource, as Grafana asks for it on behalf of somebody. */
async function health(
  who: Person,
  given: { token?: string | null; secret?: string; orgId?: number; login?: string } = {},
): Promise<{ ok: boolean; message: string }> {
  const { token = await there(grafana).token(who, 1), secret = there(paired).gatewaySecret, orgId = 1 } = given;
  const pluginContext = contextOf(
    {
      uid: 'ds',
      name: 'JetStream',
      updated: ++saved,
      jsonData: { apiUrl: there(api).url, connectionId: there(paired).id },
      secureJsonData: { gatewaySecret: secret },
    },
    { orgId, login: given.login ?? who.login, name: who.name, email: '', role: who.role },
    '0.1.0',
  );
  const headers = new Map(token === null ? [] : [['http_X-Grafana-Id', token]]);
  const { status, message } = await there(gateway).calls.checkHealth({ pluginContext, headers });
  return { ok: status === healthStatus.ok, message };
}

describe('the gateway at the console', () => {
  it('is let in with the asker’s own role, whatever letters the login has', async () => {
    const { ok, message } = await health(viewer);
    expect(message).toMatch(/^Connected to .+ as ünal \(viewer\)\.$/);
    expect(ok).toBe(true);
  });

  it('is refused in the console’s words: another secret, organization or person than the token’s', async () => {
    const other = there(paired).gatewaySecret.slice(0, -4) + 'AAAA';
    expect((await health(viewer, { secret: other })).message).toMatch(/Paste a new connection string/);
    expect((await health(viewer, { orgId: 2 })).message).toMatch(/another Grafana organization/);
    expect((await health(viewer, { login: 'somebody else' })).message).toMatch(/speak of different people/);
    const foreign = await there(grafana).token(viewer, 2);
    expect((await health(viewer, { token: foreign })).message).toMatch(/another Grafana organization/);
  });

  it('is refused with a token that does not verify, and one that has ended', async () => {
    const [head = '', body = '', signature = ''] = (await there(grafana).token(viewer, 1)).split('.');
    const forged = Buffer.from(body, 'base64url').toString().replace('"Viewer"', '"Admin"');
    const token = [head, Buffer.from(forged).toString('base64url'), signature].join('.');
    expect((await health(viewer, { token })).message).toMatch(/does not verify/);
    const ended = await there(grafana).token(viewer, 1, { exp: Math.floor(Date.now() / 1000) - 120 });
    expect((await health(viewer, { token: ended })).message).toMatch(/has expired/);
  });

  it('is cut off when the connection gets new secrets, and let in with them', async () => {
    const { get, organizationId, admin } = there(api);
    const params = { organizationId, connectionId: there(paired).id };
    const { connectionString } = await get(routes.rotateConnection, { params }, admin);
    const { gatewaySecret } = parseConnectionString(connectionString);
    expect((await health(viewer)).message).toMatch(/its secret was replaced/);
    expect((await health(viewer, { secret: gatewaySecret })).ok).toBe(true);
  });
});
