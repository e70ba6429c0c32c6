import { parseConnectionString, routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthStatus } from '../../../plugins/datasource/gateway/src/host';
import { person, type Person } from '../setup/grafana';
import { startWorld, type Change, type World } from './world';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const viewer = person({ uid: 'v1', id: 7, login: 'ünal', name: 'Ünal 木' });

/** The health of the datasource, as Grafana asks for it on behalf of somebody. */
async function health(who: Person, change: Change = {}): Promise<{ ok: boolean; message: string }> {
  const { status, message } = await world.gateway.calls.checkHealth(await world.behalf(who, change));
  return { ok: status === healthStatus.ok, message };
}

describe('the gateway at the console', () => {
  it('is let in with the asker’s own role, whatever letters the login has', async () => {
    const { ok, message } = await health(viewer);
    expect(message).toMatch(/^Connected to .+ as ünal \(viewer\)\.$/);
    expect(ok).toBe(true);
  });

  it('is refused in the console’s words: another secret, organization or person than the token’s', async () => {
    const other = world.paired.gatewaySecret.slice(0, -4) + 'AAAA';
    expect((await health(viewer, { secret: other })).message).toMatch(/Paste a new connection string/);
    expect((await health(viewer, { orgId: 2 })).message).toMatch(/another Grafana organization/);
    expect((await health(viewer, { login: 'somebody else' })).message).toMatch(/speak of different people/);
    const foreign = await world.grafana.token(viewer, 2);
    expect((await health(viewer, { token: foreign })).message).toMatch(/another Grafana organization/);
  });

  it('is refused with a token that does not verify, and one that has ended', async () => {
    const [head = '', body = '', signature = ''] = (await world.grafana.token(viewer, 1)).split('.');
    const forged = Buffer.from(body, 'base64url').toString().replace('"Viewer"', '"Admin"');
    const token = [head, Buffer.from(forged).toString('base64url'), signature].join('.');
    expect((await health(viewer, { token })).message).toMatch(/does not verify/);
    const ended = await world.grafana.token(viewer, 1, { exp: Math.floor(Date.now() / 1000) - 120 });
    expect((await health(viewer, { token: ended })).message).toMatch(/has expired/);
  });

  it('is cut off when the connection gets new secrets, and let in with them', async () => {
    const { get, organizationId, admin } = world.api;
    const params = { organizationId, connectionId: world.paired.id };
    const { connectionString } = await get(routes.rotateConnection, { params }, admin);
    const { gatewaySecret } = parseConnectionString(connectionString);
    expect((await health(viewer)).message).toMatch(/its secret was replaced/);
    expect((await health(viewer, { secret: gatewaySecret })).ok).toBe(true);
  });
});
