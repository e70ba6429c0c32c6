import { routes, type BodyIn, type ClientConnection, type Routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { natsVersion } from '../../../scripts/engines/servers';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { makePerson } from '../setup/people';
import { eventually } from '../setup/wait';

type Body = BodyIn<Routes['kickConnection']>;

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
});

const accounts = `accounts {
  SYS { users: [{ user: sys, password: "sys-password" }] }
  APP { jetstream: enabled, users: [{ user: app, password: "app-password" }] }
  OTHER { users: [{ user: other, password: "other-password" }] }
}
system_account: SYS`;
const login = (user: string) => ({ auth: { kind: 'user_password', user, password: `${user}-password` } }) as const;
const credentials = { admin: login('app'), system: login('sys') };

interface Here {
  readonly nats: NatsServer;
  readonly clusterId: string;
}
async function start(version: string): Promise<Here> {
  const nats = await startNatsServer({ version, config: accounts });
  return { nats, clusterId: await addCluster(api, [nats.url], { credentials, allowKick: true }) };
}
const connectAs = ({ nats }: Here, user: string, name: string) =>
  connectTo(nats.url, { user, pass: `${user}-password`, name, reconnect: false });
const seen = ({ clusterId }: Here, name: string) =>
  eventually(async () => {
    const asked = { params: { clusterId }, query: { search: name } };
    return (await api.get(routes.listClusterConnections, asked, api.admin)).items[0];
  });
const kick = (
  clusterId: string,
  { server, cid, startedAt, ip, port }: ClientConnection,
  changes: Partial<Body> = {},
) => ({
  params: { clusterId, server: server.id, cid },
  body: { startedAt: startedAt ?? '', confirm: `${ip}:${port}`, ...changes },
});

it.each(['2.10.26', natsVersion])(
  'a client of a server %s is disconnected, and it is written down who that was',
  async (version) => {
    const here = await start(version);
    const { clusterId, nats } = here;
    const client = await connectAs(here, 'other', 'victim');
    const beside = await connectAs(here, 'other', 'beside');
    try {
      const victim = await seen(here, 'victim');
      // The number alone is not enough: what was seen has to be what is there, and its address typed.
      const before = new Date(Date.parse(victim.startedAt ?? '') - 1000).toISOString();
      expect(
        await api.refused(routes.kickConnection, kick(clusterId, victim, { startedAt: before }), api.admin),
      ).toMatchObject({
        status: 409,
        code: 'another_client',
      });
      const mistyped = kick(clusterId, victim, { confirm: 'victim' });
      expect(await api.refused(routes.kickConnection, mistyped, api.admin)).toMatchObject({ code: 'not_confirmed' });
      expect(client.isClosed()).toBe(false);

      expect(await api.get(routes.kickConnection, kick(clusterId, victim), api.admin)).toMatchObject({ kicked: true });
      await client.closed();
      expect(beside.isClosed()).toBe(false);
      const { params } = kick(clusterId, victim);
      const ended = await eventually(async () => {
        const { stoppedAt, reason } = await api.get(routes.getClusterConnection, { params }, api.admin);
        return stoppedAt !== null && reason;
      });
      expect(ended).toMatch(/kicked/i);
      const { items } = await api.get(
        routes.listAudit,
        { query: { action: 'cluster.kick', cluster: clusterId, status: 'success' } },
        api.admin,
      );
      expect(items.map(({ changes }) => changes)).toEqual([
        {
          after: null,
          before: {
            name: 'victim',
            user: 'other',
            account: 'OTHER',
            address: `${victim.ip}:${victim.port}`,
            server: 'test',
            connectedAt: victim.startedAt,
          },
        },
      ]);
      expect(await api.refused(routes.kickConnection, kick(clusterId, victim), api.admin)).toMatchObject({
        status: 404,
        code: 'connection_gone',
      });
    } finally {
      await client.close();
      await beside.close();
      await nats.stop();
    }
  },
);

describe('clients', () => {
  let here: Here;
  beforeAll(async () => {
    here = await start(natsVersion);
  });
  afterAll(async () => {
    await here?.nats.stop();
  });

  it('are not the console itself, and one that only has its name is', async () => {
    const { clusterId } = here;
    const pretender = await connectAs(here, 'other', 'jetstream-console');
    try {
      await api.get(routes.clusterInfo, { params: { clusterId } }, api.admin);
      const { items } = await api.get(
        routes.listClusterConnections,
        { params: { clusterId }, query: { search: 'jetstream-console' } },
        api.admin,
      );
      const own = items.filter(({ user }) => user !== 'other');
      expect(new Set(own.map(({ user }) => user))).toEqual(new Set(['app', 'sys']));
      for (const one of own)
        expect(await api.refused(routes.kickConnection, kick(clusterId, one), api.admin)).toMatchObject({
          status: 422,
          code: 'own_connection',
        });
      const other = items.find(({ user }) => user === 'other');
      if (!other) throw new Error('the client is not listed');
      await api.get(routes.kickConnection, kick(clusterId, other), api.admin);
      await pretender.closed();
    } finally {
      await pretender.close();
    }
  });

  it('stay where nobody allowed it', async () => {
    const client = await connectAs(here, 'app', 'staying');
    try {
      const { clusterId, nats } = here;
      const staying = await seen(here, 'staying');
      const refusedAt = (at: string, token = api.admin) => api.refused(routes.kickConnection, kick(at, staying), token);
      const off = await addCluster(api, [nats.url], { credentials });
      expect(await refusedAt(off)).toMatchObject({ status: 403, code: 'kick_switched_off' });
      const readOnly = await addCluster(api, [nats.url], { credentials, allowKick: true, readOnly: true });
      expect(await refusedAt(readOnly)).toMatchObject({ status: 403, code: 'cluster_read_only' });
      const alone = await addCluster(api, [nats.url], { credentials: { admin: login('app') }, allowKick: true });
      expect(await refusedAt(alone)).toMatchObject({ status: 422, code: 'no_system_credential' });

      // It reaches every account, so who may not see those may not do it.
      const name = 'kicks';
      const permissions = [{ resource: 'connections', action: 'operate' } as const];
      await api.get(routes.createRole, { body: { name, permissions } }, api.admin);
      const { token } = await makePerson(api, name);
      expect(await refusedAt(clusterId, token)).toMatchObject({ status: 403, code: 'forbidden' });
      expect(client.isClosed()).toBe(false);

      await api.get(routes.updateCluster, { params: { clusterId: off }, body: { allowKick: true } }, api.admin);
      await api.get(routes.kickConnection, kick(off, staying), api.admin);
      await client.closed();
    } finally {
      await client.close();
    }
  });
});
