import { randomBytes } from 'node:crypto';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { routes, type RouteId } from '@jetstream-console/contract';
import type { TestApi } from '../setup/api';
import { head, inAccount, insertSamples } from '../query/samples';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import type { Headers } from '../setup/http';
import { connectTo } from '../setup/nats';
import { makePerson, type Person } from '../setup/people';
import { deadLetterRequests } from './deadLetterRows';
import { manageRequests } from './manageRows';
import { operationRequests } from './operationRows';
import { messagingRequests } from './messagingRows';
import { protobufRequests } from './protobufRows';
import { storeRequests } from './storeRows';

/** What the walk asks about: one of each thing, in the first organization. */
export interface World {
  readonly api: TestApi;
  readonly natsUrl: string;
  readonly clusterId: string;
  readonly connectionId: string;
  readonly teamId: string;
  readonly userId: string;
  readonly role: string;
  readonly bindingId: string;
  /** id of a finding about the cluster */
  readonly finding: string;
  /** one that the servers told of the cluster */
  readonly advisory: { readonly id: string; readonly time: string };
  /** what a client did to the cluster around the console */
  readonly act: { readonly id: string; readonly time: string };
}

export interface Given {
  readonly params?: Record<string, unknown>;
  readonly query?: Record<string, unknown>;
  readonly body?: unknown;
  /** what a route goes by besides, and the bytes that it takes */
  readonly headers?: Headers;
  readonly bytes?: string | Buffer;
}

const unique = (kind: string) => `${kind}-${randomBytes(5).toString('hex')}`;

export async function makeWorld(api: TestApi, natsUrl: string): Promise<World> {
  const nc = await connectTo(natsUrl);
  const jsm = await jetstreamManager(nc);
  await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'], allow_direct: true });
  await jsm.consumers.add('ORDERS', { durable_name: 'billing' });
  await jetstream(nc).publish('orders.1', 'one');
  await (await new Kvm(nc).create('settings')).put('eu.limit', '1');
  await nc.close();
  await makeTables();
  const { organizationId } = api;
  const user = await makePerson(api, 'viewer');
  const binding = await api.get(
    routes.createBinding,
    { body: { subject: { kind: 'user', id: user.id }, role: 'viewer', scope: { kind: 'organization' } } },
    api.admin,
  );
  const clusterId = await addCluster(api, [natsUrl]);
  return {
    api,
    natsUrl,
    clusterId,
    finding: await makeFinding(api, clusterId),
    advisory: await makeEvent(api, clusterId, { type: 'stream_action', stream: 'ORDERS', data: '{}' }),
    act: await makeEvent(api, clusterId, {
      type: 'api_audit',
      data: JSON.stringify({ subject: '$JS.API.STREAM.PURGE.ORDERS', client: { user: 'ann' } }),
    }),
    connectionId: (await api.get(routes.createConnection, connectionOf(organizationId, natsUrl), api.admin)).id,
    teamId: (await api.get(routes.createTeam, { body: { name: unique('team') } }, api.admin)).id,
    userId: user.id,
    role: await makeRole(api),
    bindingId: binding.id,
  };
}

/** Its keys are at an address where nobody speaks HTTP: good for everything but a log-in. */
const connectionOf = (organizationId: string, natsUrl: string) => ({
  params: { organizationId },
  body: { name: unique('grafana'), grafanaUrl: natsUrl.replace('nats:', 'http:') },
});

async function makeFinding(api: TestApi, cluster: string): Promise<string> {
  const clickhouse = openClickHouse();
  const of = { org: api.organizationId, cluster };
  await insertSamples(clickhouse, 'stream_metrics', [
    { ...head(of, Date.now()), ...inAccount, stream: 'LOST', state: 'leaderless' },
  ]);
  await clickhouse.close();
  const { findings } = await api.get(routes.clusterOverview, { query: { cluster, fresh: 'true' } }, api.admin);
  const [finding] = findings;
  if (!finding) throw new Error('a stream without a leader is no finding');
  return finding.id;
}

async function makeEvent({ organizationId }: TestApi, cluster: string, event: Readonly<Record<string, unknown>>) {
  const clickhouse = openClickHouse();
  const [id, ms] = [unique('event'), Date.now()];
  await insertSamples(clickhouse, 'events', [
    {
      ...head({ org: organizationId, cluster }, ms),
      ...inAccount,
      id,
      severity: 'info',
      title: 'told by a server',
      ...event,
    },
  ]);
  await clickhouse.close();
  return { id, time: new Date(ms).toISOString() };
}

async function makeRole(api: TestApi): Promise<string> {
  const name = unique('role');
  const permissions = [{ resource: 'streams', action: 'read' } as const];
  await api.get(routes.createRole, { body: { name, permissions } }, api.admin);
  return name;
}

const throwaway = {
  scrapeToken: async (w: World) =>
    (await w.api.get(routes.createScrapeToken, { body: { name: unique('scrape') } }, w.api.admin)).id,
  cluster: (w: World) => addCluster(w.api, [w.natsUrl], { name: unique('cluster') }),
  connection: async (w: World) =>
    (await w.api.get(routes.createConnection, connectionOf(w.api.organizationId, w.natsUrl), w.api.admin)).id,
  team: async (w: World) => (await w.api.get(routes.createTeam, { body: { name: unique('team') } }, w.api.admin)).id,
  binding: async (w: World) =>
    (
      await w.api.get(
        routes.createBinding,
        { body: { subject: { kind: 'user', id: w.userId }, role: 'viewer', scope: { kind: 'organization' } } },
        w.api.admin,
      )
    ).id,
};

const none = {};
const context = (w: World) => JSON.stringify({ url: w.natsUrl });
const stream = (w: World) => ({ clusterId: w.clusterId, stream: 'ORDERS' });
const bucket = (w: World) => ({ clusterId: w.clusterId, bucket: 'settings' });
const org = (w: World) => ({ organizationId: w.api.organizationId });
const connection = (w: World) => ({ ...org(w), connectionId: w.connectionId });
const team = (w: World) => ({ teamId: w.teamId });

const silence = (w: World) => ({
  finding: w.finding,
  until: new Date(Date.now() + 3_600_000).toISOString(),
  reason: 'known',
});

const watched = { query: { kind: 'metrics', metric: 'messages' } } as const;
/** A ticket of their own for whoever belongs here, the administrator's for everybody else. */
const ticketOf = async (w: World, who: Person) =>
  (await w.api.get(routes.createTicket, { body: watched }, who.id === '' ? w.api.admin : who.token)).path;

/** A request to each route that succeeds for whoever may; what it destroys was made for it. */
export const requests: Readonly<Record<RouteId, (w: World, who: Person) => Given | Promise<Given>>> = {
  login: (_, who) => ({ body: { login: who.login, password: who.password } }),
  logout: () => none,
  me: () => none,
  changePassword: (_, who) => ({ body: { current: who.password, next: who.password } }),
  listPermissions: () => none,
  checkPermissions: () => ({ body: { questions: [{ resource: 'streams', action: 'read' }] } }),
  effectivePermissions: (w) => ({ query: { user: w.userId } }),

  listOrganizations: () => none,
  createOrganization: () => ({
    body: { name: unique('org'), admin: { login: unique('admin'), password: 'correct horse battery' } },
  }),
  getOrganization: (w) => ({ params: org(w) }),
  updateOrganization: (w) => ({ params: org(w), body: { name: unique('renamed') } }),
  getRetention: (w) => ({ params: org(w) }),
  putRetention: (w) => ({ params: org(w), body: { days: 30 } }),
  listConnections: (w) => ({ params: org(w) }),
  createConnection: (w) => connectionOf(w.api.organizationId, w.natsUrl),
  updateConnection: (w) => ({ params: connection(w), body: { name: unique('renamed') } }),
  deleteConnection: async (w) => ({ params: { ...org(w), connectionId: await throwaway.connection(w) } }),
  rotateConnection: async (w) => ({ params: { ...org(w), connectionId: await throwaway.connection(w) } }),
  testConnection: (w) => ({ params: connection(w) }),
  getMappings: (w) => ({ params: connection(w) }),
  putMappings: (w) => ({ params: connection(w), body: { items: [] } }),
  listUsers: () => none,
  createUser: () => ({ body: { login: unique('user'), name: 'Someone', password: 'twelve or more' } }),
  getUser: (w) => ({ params: { userId: w.userId } }),
  updateUser: (w) => ({ params: { userId: w.userId }, body: { active: true } }),
  listTeams: () => none,
  createTeam: () => ({ body: { name: unique('team') } }),
  updateTeam: (w) => ({ params: team(w), body: { name: unique('renamed') } }),
  deleteTeam: async (w) => ({ params: { teamId: await throwaway.team(w) } }),
  listTeamMembers: (w) => ({ params: team(w) }),
  addTeamMember: (w) => ({ params: team(w), body: { userId: w.userId } }),
  removeTeamMember: async (w) => {
    const teamId = await throwaway.team(w);
    await w.api.get(routes.addTeamMember, { params: { teamId }, body: { userId: w.userId } }, w.api.admin);
    return { params: { teamId, userId: w.userId } };
  },
  listRoles: () => none,
  createRole: () => ({ body: { name: unique('role'), permissions: [{ resource: 'streams', action: 'read' }] } }),
  updateRole: (w) => ({ params: { role: w.role }, body: { description: 'changed' } }),
  deleteRole: async (w) => ({ params: { role: await makeRole(w.api) } }),
  listBindings: () => none,
  createBinding: (w) => ({
    body: { subject: { kind: 'user', id: w.userId }, role: 'viewer', scope: { kind: 'organization' } },
  }),
  deleteBinding: async (w) => ({ params: { bindingId: await throwaway.binding(w) } }),
  listAudit: () => none,
  exportAudit: () => none,
  getActAround: (w) => ({
    params: { clusterId: w.clusterId, actId: w.act.id },
    query: { time: w.act.time },
  }),
  getAudit: async (w) => {
    const { items } = await w.api.get(routes.listAudit, { query: { where: 'console', limit: 1 } }, w.api.admin);
    return { params: { auditId: items[0]?.id ?? '' } };
  },

  listClusters: () => none,
  getCluster: (w) => ({ params: { clusterId: w.clusterId } }),
  clusterHealth: (w) => ({ params: { clusterId: w.clusterId } }),
  clusterInfo: (w) => ({ params: { clusterId: w.clusterId } }),
  clusterServers: (w) => ({ params: { clusterId: w.clusterId } }),
  createCluster: (w) => ({ body: { name: unique('cluster'), urls: [w.natsUrl] } }),
  testNewCluster: (w) => ({ body: { name: 'tried', urls: [w.natsUrl] } }),
  parseContext: (w) => ({ body: { context: context(w) } }),
  updateCluster: async (w) => ({ params: { clusterId: await throwaway.cluster(w) }, body: { labels: { a: 'b' } } }),
  deleteCluster: async (w) => ({ params: { clusterId: await throwaway.cluster(w) } }),
  putCredential: async (w) => ({
    params: { clusterId: await throwaway.cluster(w), slot: 'read' },
    body: { auth: { kind: 'token', token: 'x' } },
  }),
  deleteCredential: async (w) => ({ params: { clusterId: await throwaway.cluster(w), slot: 'read' } }),
  testCluster: (w) => ({ params: { clusterId: w.clusterId } }),
  importContext: async (w) => ({ params: { clusterId: await throwaway.cluster(w) }, body: { context: context(w) } }),

  listStreams: (w) => ({ params: { clusterId: w.clusterId } }),
  getStream: (w) => ({ params: stream(w) }),
  getStreamInfo: (w) => ({ params: stream(w) }),
  listSubjects: (w) => ({ params: stream(w) }),
  listStreamConsumers: (w) => ({ params: stream(w) }),
  getConsumer: (w) => ({ params: { ...stream(w), consumer: 'billing' } }),
  listConsumers: (w) => ({ params: { clusterId: w.clusterId } }),
  listMessages: (w) => ({ params: stream(w) }),
  searchMessages: (w) => ({ params: stream(w) }),
  getMessage: (w) => ({ params: { ...stream(w), seq: 1 } }),
  listBuckets: (w) => ({ params: { clusterId: w.clusterId } }),
  getBucket: (w) => ({ params: bucket(w) }),
  listKeys: (w) => ({ params: bucket(w) }),
  getKey: (w) => ({ params: bucket(w), query: { key: 'eu.limit' } }),

  ...deadLetterRequests,
  ...operationRequests,
  ...manageRequests,
  ...messagingRequests,
  ...protobufRequests,
  ...storeRequests,

  query: () => ({
    body: {
      from: '2026-01-01T00:00:00Z',
      to: '2026-01-01T01:00:00Z',
      queries: [{ refId: 'A', query: { kind: 'inventory', of: 'clusters' } }],
    },
  }),
  listMetrics: () => none,
  listValues: () => ({ query: { of: 'cluster' } }),
  forecast: (w) => ({ query: { cluster: w.clusterId, stream: 'ORDERS' } }),
  clusterOverview: () => none,
  listSilences: () => none,
  silenceFinding: (w) => ({ params: { clusterId: w.clusterId }, body: silence(w) }),
  unsilenceFinding: async (w) => {
    const params = { clusterId: w.clusterId };
    const { id } = await w.api.get(routes.silenceFinding, { params, body: silence(w) }, w.api.admin);
    return { params: { ...params, silenceId: id } };
  },
  createTicket: () => ({ body: watched }),
  checkTicket: async (w, who) => ({ params: { ticket: await ticketOf(w, who) }, body: { at: 'subscribe' } }),
  streamTicket: async (w, who) => ({ params: { ticket: await ticketOf(w, who) } }),
  scrape: () => none,
  listScrapeTokens: () => none,
  createScrapeToken: () => ({ body: { name: unique('scrape') } }),
  deleteScrapeToken: async (w) => ({ params: { tokenId: await throwaway.scrapeToken(w) } }),
};
