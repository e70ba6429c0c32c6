import { routes, type BodyIn, type QueryIn, type Routes } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { natsVersion } from '../../../scripts/engines/servers';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer } from '../setup/nats';
import { makePerson } from '../setup/people';
import { startNatsCluster, type NatsCluster } from '../setup/natsCluster';
import { eventually } from '../setup/wait';

type Credentials = NonNullable<BodyIn<Routes['createCluster']>['credentials']>;
type Login = { readonly user: string; readonly password: string };

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(async () => {
  await api?.stop();
});

const login = ({ user, password }: Login) => ({ auth: { kind: 'user_password', user, password } }) as const;
const over = (urls: readonly string[], credentials: Credentials) => addCluster(api, urls, { credentials });
const list = (clusterId: string, query: QueryIn<Routes['listClusterConnections']> = {}) =>
  api.get(routes.listClusterConnections, { params: { clusterId }, query }, api.admin);

const accounts = `accounts {
  SYS { users: [{ user: sys, password: "sys-password" }] }
  APP { jetstream: enabled, users: [{ user: app, password: "app-password" }] }
  OTHER { users: [{ user: other, password: "other-password" }] }
}
system_account: SYS`;
const app = { user: 'app', password: 'app-password' };
const system = { user: 'sys', password: 'sys-password' };

describe.each(['2.10.26', '2.14.6', natsVersion])('clients of a server %s', (version) => {
  it('are told as it has them, of all accounts over the system account and of the own one without', async () => {
    const nats = await startNatsServer({ version, config: accounts });
    const hostile = `<img src=x>\u202e${'n'.repeat(500)}`;
    const mine = await connectTo(nats.url, { user: app.user, pass: app.password, name: hostile });
    const theirs = await connectTo(nats.url, { user: 'other', pass: 'other-password', name: 'theirs' });
    try {
      for (let i = 0; i < 3; i++) mine.subscribe(`orders.${i}`, { queue: 'workers' });
      await mine.flush();
      await theirs.flush();
      const all = await over([nats.url], { read: login(app), system: login(system) });
      const whole = await list(all, { sort: 'subscriptions' });
      expect(whole).toMatchObject({ source: 'system', complete: true, servers: 1 });
      const of = (name: string) => whole.items.find((item) => item.name?.startsWith(name));
      expect(of('theirs')).toMatchObject({ account: 'OTHER', user: 'other' });
      const own = of('<img');
      // A name of any length and with characters that nobody sees is shown in one line.
      expect(own).toMatchObject({ account: 'APP', subscriptions: 3, ip: '127.0.0.1', reason: null });
      expect(own?.name).toMatch(/^<img src=x>\ufffdn+…$/);
      expect((await list(all, { search: 'THEIRS' })).items).toHaveLength(1);
      expect((await list(all, { account: 'OTHER' })).items.map(({ name }) => name)).toEqual(['theirs']);
      const params = { clusterId: all, server: own?.server.id ?? '', cid: own?.cid ?? 0 };
      const one = await api.get(routes.getClusterConnection, { params }, api.admin);
      expect(one.subscriptionList.map(({ subject, queue }) => [subject, queue]).sort()).toEqual(
        [0, 1, 2].map((i) => [`orders.${i}`, 'workers']),
      );
      const alone = await over([nats.url], { read: login(app) });
      const other = of('theirs');
      const foreign = (clusterId: string) => ({
        params: { clusterId, server: other?.server.id ?? '', cid: other?.cid ?? 0 },
      });
      expect((await api.get(routes.getClusterConnection, { params: foreign(all).params }, api.admin)).name).toBe(
        'theirs',
      );
      // Who may read connections and no other accounts is told of the cluster's own, whatever credential it has.
      const name = `connections-${version.replaceAll('.', '-')}`;
      const permissions = [{ resource: 'connections', action: 'read' } as const];
      await api.get(routes.createRole, { body: { name, permissions } }, api.admin);
      const { token } = await makePerson(api, name);
      for (const [clusterId, who] of [
        [alone, api.admin],
        [all, token],
      ] as const) {
        const part = await api.get(routes.listClusterConnections, { params: { clusterId } }, who);
        expect(part.source).toBe('account');
        expect(new Set(part.items.map(({ account }) => account))).toEqual(new Set(['APP']));
        const asked = { params: { clusterId }, query: { account: 'OTHER' } };
        expect((await api.get(routes.listClusterConnections, asked, who)).items).toEqual([]);
        expect(await api.refused(routes.getClusterConnection, foreign(clusterId), who)).toMatchObject({ status: 404 });
        const ours = { params: { ...params, clusterId } };
        expect((await api.get(routes.getClusterConnection, ours, who)).source).toBe('account');
      }
      for (const route of [routes.checkServers, routes.listAccounts, routes.getMetaGroup])
        expect(await api.refused(route, { params: { clusterId: alone } }, api.admin)).toMatchObject({
          status: 422,
          code: 'no_system_credential',
        });
      await theirs.close();
      const closed = await eventually(async () => {
        const { items } = await list(all, { state: 'closed', sort: 'stopped', account: 'OTHER' });
        return items.find(({ name }) => name === 'theirs');
      });
      expect(closed.reason).toMatch(/Client Closed/);
      expect(
        await api.refused(routes.getClusterConnection, { params: { ...params, cid: 999_999 } }, api.admin),
      ).toMatchObject({ status: 404 });
    } finally {
      await mine.close();
      await theirs.close();
      await nats.stop();
    }
  });
});

describe('three servers', () => {
  let cluster: NatsCluster;
  let clusterId: string;
  beforeAll(async () => {
    cluster = await startNatsCluster();
    clusterId = await over(cluster.urls, { read: login(cluster.app), system: login(cluster.system) });
  });
  afterAll(async () => {
    await cluster?.stop();
  });
  const at = () => ({ params: { clusterId } });

  it('are healthy, each by its own word, and a stream that is not there is not', async () => {
    await eventually(async () => (await api.get(routes.checkServers, at(), api.admin)).items.every(({ ok }) => ok));
    const { items } = await api.get(routes.checkServers, at(), api.admin);
    expect(items.map(({ server, status }) => [server.name, status])).toEqual(
      ['n1', 'n2', 'n3'].map((name) => [name, 'ok']),
    );
    const asked = { ...at(), query: { account: 'APP', stream: 'NONE' } };
    const none = await api.get(routes.checkServers, asked, api.admin);
    expect(none.items.every(({ ok, problems }) => !ok && problems.length > 0)).toBe(true);
  });

  it('have accounts, each with what it uses', async () => {
    const { items } = await api.get(routes.listAccounts, at(), api.admin);
    const names = items.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['APP', 'SYS']));
    expect(items.find(({ name }) => name === 'APP')?.jetstream).not.toBeNull();
    expect(items.find(({ name }) => name === 'SYS')?.connections).toBeGreaterThan(0);
    expect((await api.get(routes.listAccounts, { ...at(), query: { search: 'ap' } }, api.admin)).items).toHaveLength(1);
  });

  it('have one leader of the meta group: it moves, and one that is gone for good is taken out', async () => {
    const meta = () => api.get(routes.getMetaGroup, at(), api.admin);
    const before = await eventually(async () => {
      const found = await meta();
      return found.leader !== null && found.peers.length === 3 && found;
    });
    expect(before).toMatchObject({ clustered: true, size: 3 });
    expect(before.peers.filter(({ leader }) => leader).map(({ name }) => name)).toEqual([before.leader]);
    const down = before.peers.find(({ leader }) => !leader)?.name ?? '';
    const next = before.peers.find(({ leader, name }) => !leader && name !== down)?.name ?? '';

    // Another one leads, the one that was asked for.
    const wrong = { ...at(), body: { preferred: 'n9' } };
    expect(await api.refused(routes.stepDownMeta, wrong, api.admin)).toMatchObject({
      status: 422,
      code: 'unknown_peer',
    });
    const moved = await api.get(routes.stepDownMeta, { ...at(), body: { preferred: next } }, api.admin);
    expect(moved.before).toBe(before.leader);
    await eventually(async () => (await meta()).leader === next);
    const { items } = await api.get(routes.listAudit, { query: { action: 'cluster.meta_stepdown' } }, api.admin);
    expect(items[0]).toMatchObject({
      status: 'success',
      changes: { before: { leader: before.leader }, after: { preferred: next } },
    });

    // The leader is not taken out, and one that is up only for who says that he knows it.
    const leading = { ...at(), body: { peer: next, confirm: next, online: true } };
    expect(await api.refused(routes.removeMetaPeer, leading, api.admin)).toMatchObject({
      status: 422,
      code: 'peer_leads',
    });
    const removal = { ...at(), body: { peer: down, confirm: down } };
    expect(await api.refused(routes.removeMetaPeer, removal, api.admin)).toMatchObject({
      status: 422,
      code: 'peer_online',
    });
    // A server that says good-bye is known to be gone at once; of one that was killed the others wait for news.
    await cluster.nodes.find(({ name }) => name === down)?.halt('SIGTERM');
    // Where our own connection was to that one, it is made anew first.
    const peers = async () => {
      const answer = await api.ask(routes.getMetaGroup, at(), api.admin);
      return answer.status === 200 ? routes.getMetaGroup.response.parse(answer.json()).peers : [];
    };
    await eventually(async () => (await peers()).some(({ name, offline }) => name === down && offline));
    const mistyped = { ...at(), body: { peer: down, confirm: 'other' } };
    expect((await api.ask(routes.removeMetaPeer, mistyped, api.admin)).status).toBe(400);
    expect(await peers()).toHaveLength(3);
    expect((await api.get(routes.removeMetaPeer, removal, api.admin)).removed).toBe(down);
    await eventually(async () => {
      const left = await peers();
      return left.length === 2 && left.every(({ name }) => name !== down);
    });
  });

  it('lose one that is up, and with it its JetStream, only for who says that he knows it is', async () => {
    const { peers } = await api.get(routes.getMetaGroup, at(), api.admin);
    const up = peers.find(({ leader }) => !leader)?.name ?? '';
    const removal = { ...at(), body: { peer: up, confirm: up, online: true } };
    expect((await api.get(routes.removeMetaPeer, removal, api.admin)).removed).toBe(up);
    const url = cluster.nodes.find(({ name }) => name === up)?.url ?? '';
    const nc = await connectTo(url, { user: system.user, pass: system.password });
    try {
      await eventually(async () => {
        const told = await nc.request(`$SYS.REQ.SERVER.${nc.info?.server_id ?? ''}.JSZ`, '{}');
        return told.json<{ data: { disabled?: boolean } }>().data.disabled === true;
      });
    } finally {
      await nc.close();
    }
    const { items } = await api.get(routes.listAudit, { query: { action: 'cluster.peer_remove' } }, api.admin);
    expect(items[0]).toMatchObject({ status: 'success', changes: { after: { removed: up, online: true } } });
  });

  it('are not touched while the cluster is read-only', async () => {
    const { version } = await api.get(routes.getCluster, at(), api.admin);
    await api.get(routes.updateCluster, { ...at(), body: { readOnly: true, version } }, api.admin);
    expect(await api.refused(routes.stepDownMeta, { ...at(), body: {} }, api.admin)).toMatchObject({
      status: 403,
      code: 'cluster_read_only',
    });
  });
});
