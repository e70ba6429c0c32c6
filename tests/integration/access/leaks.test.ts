import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { routes, type Scope } from '@jetstream-console/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { readEvents } from '../setup/events';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { makePerson, makeScopedPerson, type Person } from '../setup/people';

let nats: NatsServer;
let api: TestApi;
let clusterId: string;
let otherCluster: string;

beforeAll(async () => {
  nats = await startNatsServer();
  api = await startTestApi();
  const nc = await connectTo(nats.url);
  const jsm = await jetstreamManager(nc);
  const js = jetstream(nc);
  for (const name of ['ORDERS_EU', 'ORDERS_US', 'PAYMENTS']) {
    await jsm.streams.add({ name, subjects: [`${name.toLowerCase()}.>`], allow_direct: name !== 'ORDERS_US' });
    await jsm.consumers.add(name, { durable_name: `${name}_worker` });
    for (let i = 0; i < 10; i++) await js.publish(`${name.toLowerCase()}.${i % 2 ? 'eu' : 'us'}.${i}`, `payload ${i}`);
  }
  const kvm = new Kvm(nc);
  const settings = await kvm.create('settings');
  for (const key of ['eu.limit', 'eu.price', 'us.limit']) await settings.put(key, '1');
  await (await kvm.create('ORDERS_conf')).put('a', '1');
  await nc.close();
  clusterId = await addCluster(api, [nats.url]);
  otherCluster = await addCluster(api, [nats.url]);
});
afterAll(async () => {
  await api?.stop();
  await nats?.stop();
});

const inCluster = (patterns: { namePattern?: string; subjectPattern?: string }): Scope => ({
  kind: 'cluster',
  clusterId,
  ...patterns,
});

describe('a reader of ORDERS* in one cluster', () => {
  let who: Person;
  beforeAll(async () => {
    who = await makeScopedPerson(api, 'reader', inCluster({ namePattern: 'ORDERS*' }));
  });

  it('is told of that cluster and of no other', async () => {
    const list = await api.get(routes.listClusters, {}, who.token);
    expect(list).toMatchObject({ total: 1, items: [{ id: clusterId }] });
    expect((await api.refused(routes.getCluster, { params: { clusterId: otherCluster } }, who.token)).status).toBe(403);
  });
  it('gets the figures of no account and of no server', async () => {
    for (const route of [routes.clusterInfo, routes.clusterServers])
      expect((await api.refused(route, { params: { clusterId } }, who.token)).status).toBe(403);
  });
  it('finds its streams, and sums of theirs alone', async () => {
    const answer = await api.ask(
      routes.listStreams,
      { params: { clusterId }, query: { kind: 'all', search: '' } },
      who.token,
    );
    const list = routes.listStreams.response.parse(answer.json());
    expect(list.items.map(({ name }) => name)).toEqual(['ORDERS_EU', 'ORDERS_US']);
    expect(list.total).toBe(2);
    expect(list.totals).toMatchObject({ streams: 2, messages: 20, consumers: 2 });
    expect(answer.text).not.toMatch(/PAYMENTS|settings/);
  });
  it('finds its streams page by page too', async () => {
    const first = await api.get(routes.listStreams, { params: { clusterId }, query: { limit: 1 } }, who.token);
    const query = { limit: 1, cursor: first.nextCursor ?? '' };
    const second = await api.get(routes.listStreams, { params: { clusterId }, query }, who.token);
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['ORDERS_EU', 'ORDERS_US']);
    expect(second.nextCursor).toBeNull();
  });
  it('finds the consumers of its streams', async () => {
    const answer = await api.ask(routes.listConsumers, { params: { clusterId } }, who.token);
    const list = routes.listConsumers.response.parse(answer.json());
    expect(list.items.map(({ name }) => name).sort()).toEqual(['ORDERS_EU_worker', 'ORDERS_US_worker']);
    expect(list.total).toBe(2);
    expect(answer.text).not.toContain('PAYMENTS');
  });
  it('finds the buckets of that name, which is another thing than the stream behind one', async () => {
    const list = await api.get(routes.listBuckets, { params: { clusterId } }, who.token);
    expect(list.items.map(({ bucket }) => bucket)).toEqual(['ORDERS_conf']);
  });
  it.each([
    ['getStream', routes.getStream],
    ['getStreamInfo', routes.getStreamInfo],
    ['listSubjects', routes.listSubjects],
    ['listStreamConsumers', routes.listStreamConsumers],
    ['listMessages', routes.listMessages],
    ['searchMessages', routes.searchMessages],
  ] as const)('%s of another stream is refused, and so is one of another cluster', async (_, route) => {
    const foreign = await api.refused(route, { params: { clusterId, stream: 'PAYMENTS' } }, who.token);
    expect(foreign.status).toBe(403);
    const elsewhere = { clusterId: otherCluster, stream: 'ORDERS_EU' };
    expect((await api.refused(route, { params: elsewhere }, who.token)).status).toBe(403);
  });
  it('answers the same for a stream that is not its own and for one that is not there', async () => {
    const ask = (stream: string) => api.refused(routes.getStream, { params: { clusterId, stream } }, who.token);
    const [there, absent] = [await ask('PAYMENTS'), await ask('NOWHERE')];
    expect(there.detail.replace('PAYMENTS', 'X')).toBe(absent.detail.replace('NOWHERE', 'X'));
  });
});

describe.each(['ORDERS_EU', 'ORDERS_US'])('a reader of *.eu.> looks into %s', (stream) => {
  let who: Person;
  const params = () => ({ clusterId, stream });
  beforeAll(async () => {
    who = await makeScopedPerson(api, 'reader', inCluster({ subjectPattern: '*.eu.>' }));
  });

  it('sees these messages alone, in either direction and over pages', async () => {
    for (const direction of ['older', 'newer'] as const) {
      const seen: string[] = [];
      for (let cursor: string | undefined; ;) {
        const query = { direction, limit: 2, ...(cursor !== undefined && { cursor }) };
        const page = await api.get(routes.listMessages, { params: params(), query }, who.token);
        seen.push(...page.items.map(({ subject }) => subject));
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
      }
      const all = [1, 3, 5, 7, 9].map((i) => `${stream.toLowerCase()}.eu.${i}`);
      expect(seen).toEqual(direction === 'older' ? all.reverse() : all);
    }
  });
  it('finds them by content, and nothing of the others', async () => {
    const answer = await api.ask(routes.searchMessages, { params: params(), query: { text: 'payload' } }, who.token);
    const found = readEvents(answer.text).flatMap((event) => (event.type === 'message' ? [event.message.subject] : []));
    expect(found).toHaveLength(5);
    expect(answer.text).not.toMatch(/payload [02468]|\.us\./);
  });
  it('does not get another message by its number', async () => {
    const get = (seq: number) => api.ask(routes.getMessage, { params: { ...params(), seq } }, who.token);
    expect((await get(2)).status).toBe(200);
    const hidden = await get(1);
    expect(hidden.status).toBe(404);
    expect(hidden.text).not.toContain('payload');
    const absent = await get(1000);
    expect(absent.status).toBe(404);
  });
  it('is told of these subjects alone', async () => {
    const list = await api.get(routes.listSubjects, { params: params() }, who.token);
    expect(list.items.map(({ subject }) => subject).every((subject) => subject.includes('.eu.'))).toBe(true);
    expect(list.total).toBe(5);
  });
});

describe('keys of a bucket', () => {
  it('are shown where the key pattern reaches, and values too', async () => {
    const who = await makeScopedPerson(api, 'reader', inCluster({ subjectPattern: 'eu.>' }));
    const params = { clusterId, bucket: 'settings' };
    const list = await api.get(routes.listKeys, { params, query: { values: 'true' } }, who.token);
    expect(list.items.map(({ key }) => key)).toEqual(['eu.limit', 'eu.price']);
    expect(list.total).toBe(2);
    expect((await api.get(routes.getKey, { params, query: { key: 'eu.limit' } }, who.token)).entry.key).toBe(
      'eu.limit',
    );
    expect((await api.refused(routes.getKey, { params, query: { key: 'us.limit' } }, who.token)).status).toBe(403);
  });
  it('do not come out of the stream behind it, as messages or as subjects', async () => {
    const params = { clusterId, stream: 'KV_settings' };
    const permissions = [
      { resource: 'messages', action: 'read' },
      { resource: 'streams', action: 'read' },
    ] as const;
    await api.get(routes.createRole, { body: { name: 'messages-only', permissions: [...permissions] } }, api.admin);
    const [viewer, messagesOnly] = [await makePerson(api, 'viewer'), await makePerson(api, 'messages-only')];
    for (const who of [viewer, messagesOnly]) {
      const subjects = await api.get(routes.listSubjects, { params }, who.token);
      expect(subjects).toMatchObject({ items: [], total: 0 });
    }
    const page = await api.get(routes.listMessages, { params }, messagesOnly.token);
    expect(page.items).toEqual([]);
    expect((await api.refused(routes.getMessage, { params: { ...params, seq: 1 } }, messagesOnly.token)).status).toBe(
      404,
    );
    const reader = await makePerson(api, 'reader');
    expect((await api.get(routes.listSubjects, { params }, reader.token)).total).toBe(3);
    expect((await api.get(routes.listMessages, { params }, reader.token)).items).toHaveLength(3);
  });
});

describe('nobody hands out what they do not hold', () => {
  it('by a role, a binding, a mapping, an account, a team or a Grafana connection', async () => {
    const permissions = [
      { resource: 'roles', action: 'create' },
      { resource: 'roles', action: 'manage' },
      { resource: 'roles', action: 'read' },
      { resource: 'mappings', action: 'manage' },
      { resource: 'mappings', action: 'read' },
      { resource: 'users', action: 'create' },
      { resource: 'teams', action: 'update' },
    ] as const;
    await api.get(routes.createRole, { body: { name: 'gatekeeper', permissions: [...permissions] } }, api.admin);
    const who = await makePerson(api, 'gatekeeper');
    const organization = { organizationId: api.organizationId };
    const connection = await api.get(
      routes.createConnection,
      { params: organization, body: { name: 'theirs', grafanaUrl: 'http://grafana.example' } },
      api.admin,
    );
    const connectionParams = { ...organization, connectionId: connection.id };
    const team = await api.get(routes.createTeam, { body: { name: 'admins' } }, api.admin);
    const everywhere = { kind: 'organization' } as const;
    await api.get(
      routes.createBinding,
      { body: { subject: { kind: 'team', id: team.id }, role: 'admin', scope: everywhere } },
      api.admin,
    );
    const attempts = [
      api.refused(
        routes.createRole,
        { body: { name: 'more', permissions: [{ resource: 'streams', action: 'delete' }] } },
        who.token,
      ),
      api.refused(
        routes.createBinding,
        { body: { subject: { kind: 'user', id: who.id }, role: 'admin', scope: everywhere } },
        who.token,
      ),
      api.refused(
        routes.putMappings,
        {
          params: connectionParams,
          body: { items: [{ subject: { kind: 'anonymous' }, role: 'admin', scope: everywhere }] },
        },
        who.token,
      ),
      api.refused(
        routes.createUser,
        { body: { login: 'second self', name: 'x', password: 'twelve or more', role: 'admin' } },
        who.token,
      ),
      api.refused(routes.addTeamMember, { params: { teamId: team.id }, body: { userId: who.id } }, who.token),
      api.refused(
        routes.createConnection,
        { params: organization, body: { name: 'mine', grafanaUrl: 'http://mine.example' } },
        who.token,
      ),
      api.refused(
        routes.updateConnection,
        { params: connectionParams, body: { issuer: 'http://mine.example' } },
        who.token,
      ),
      api.refused(routes.rotateConnection, { params: connectionParams }, who.token),
    ];
    for (const { status, code } of await Promise.all(attempts))
      expect({ status, code }).toEqual({ status: 403, code: 'forbidden' });
    const me = await api.get(routes.me, {}, who.token);
    expect(me.roles.map(({ name }) => name)).toEqual(['gatekeeper']);
  });
});
