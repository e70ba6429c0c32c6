import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { routes } from '@jetstream-console/contract';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { parseProblem, startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { createDatabase, type TestDatabase } from '../setup/database';
import { openDoor, throughDoor, type Door } from '../setup/door';
import { pair, person, startGrafana, type Grafana, type Paired } from '../setup/grafana';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { eventually } from '../setup/wait';

let nats: NatsServer;
let api: TestApi;
let database: TestDatabase;
let grafana: Grafana;
let paired: Paired;
let clusterId: string;
const doors = new Map<string, Door>();
const door = (name: string): Door => {
  const found = doors.get(name);
  if (!found) throw new Error(`no door ${name}`);
  return found;
};

beforeAll(async () => {
  nats = await startNatsServer();
  grafana = await startGrafana();
  database = await createDatabase();
  const engines = inject('engines');
  const env: Record<string, string> = {};
  for (const [name, variable, url] of [
    ['postgres', 'DATABASE_URL', database.url],
    ['clickhouse', 'CLICKHOUSE_URL', engines.clickhouseUrl],
    ['redis', 'REDIS_URL', engines.redisUrl],
    ['nats', 'NATS_URL', engines.natsUrl],
  ] as const) {
    const opened = await openDoor(Number(new URL(url).port));
    doors.set(name, opened);
    env[variable] = throughDoor(url, opened);
  }
  api = await startTestApi({ env, database });
  paired = await pair(api, grafana);
  const nc = await connectTo(nats.url);
  const jsm = await jetstreamManager(nc);
  await jsm.streams.add({ name: 'S', subjects: ['s'], allow_direct: true });
  await jetstream(nc).publish('s', 'hello');
  await nc.close();
  clusterId = await addCluster(api, [nats.url]);
});
afterEach(async () => {
  for (const [name, one] of doors) {
    await one.shut();
    await one.open();
    await eventually(async () => (await ready(name)).status === 200);
  }
});
afterAll(async () => {
  await api?.stop();
  for (const one of doors.values()) await one.shut();
  await database?.drop();
  await grafana?.stop();
  await nats?.stop();
});

const readiness = z.object({ status: z.string(), down: z.array(z.string()) });
const ready = (need = '') => api.send({ method: 'GET', path: `/health/ready${need && `?need=${need}`}` });
const down = async () => {
  const answer = await ready();
  return { code: answer.status, ...readiness.parse(answer.json()) };
};
/** The whole of a person's way: through Grafana, a list, a stream, a message, and a log-in with a password. */
async function everythingWorks(): Promise<void> {
  const headers = await paired.headers(person({ role: 'Editor' }));
  expect((await api.get(routes.me, {}, headers)).via).toBe('grafana');
  const list = await api.get(routes.listStreams, { params: { clusterId }, query: { fresh: 'true' } }, headers);
  expect(list.items.map(({ name }) => name)).toEqual(['S']);
  await api.get(routes.getStream, { params: { clusterId, stream: 'S' } }, headers);
  const page = await api.get(routes.listMessages, { params: { clusterId, stream: 'S' } }, headers);
  expect(page.items.map(({ payload }) => payload.text)).toEqual(['hello']);
  expect(await api.login('root', 'correct horse battery')).toMatch(/^[\w-]{43}$/);
  await api.get(routes.createTeam, { body: { name: `made ${Math.random()}` } }, api.admin);
}

it('is live, and ready with everything there', async () => {
  expect((await api.send({ method: 'GET', path: '/health/live' })).status).toBe(200);
  await eventually(async () => (await ready()).status === 200);
  expect((await ready()).json()).toMatchObject({
    status: 'ready',
    down: [],
    checked: ['postgres', 'clickhouse', 'redis', 'nats'],
  });
});

describe.each(['redis', 'clickhouse', 'nats'])('%s away', (name) => {
  it('is named, everything of reading and access works on, and it comes back by itself', async () => {
    await everythingWorks();
    await door(name).shut();
    const answer = await eventually(async () => {
      const found = await down();
      return found.code === 503 ? found : null;
    });
    expect(answer).toMatchObject({ status: 'not_ready', down: [name] });
    expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|ECONN|password/);
    expect((await ready('postgres')).status).toBe(200);
    expect((await api.send({ method: 'GET', path: '/health/live' })).status).toBe(200);
    await everythingWorks();
    await door(name).open();
    await eventually(async () => (await ready()).status === 200);
  });
});

it('PostgreSQL away: 503 that says so and when to ask again, nothing half done, and back by itself', async () => {
  await everythingWorks();
  await door('postgres').shut();
  const refused = async (answer: Awaited<ReturnType<typeof ready>>) => {
    expect(parseProblem(answer)).toMatchObject({ status: 503, code: 'database_unavailable' });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.text).not.toMatch(/127\.0\.0\.1|ECONN|postgres:/);
  };
  await refused(await api.ask(routes.listStreams, { params: { clusterId } }, api.admin));
  await refused(await api.ask(routes.me, {}, await paired.headers(person())));
  await refused(await api.ask(routes.login, { body: { login: 'root', password: 'x' } }));
  await refused(await api.ask(routes.createTeam, { body: { name: 'never' } }, api.admin));
  expect(await down()).toMatchObject({ code: 503, down: ['postgres'] });
  await door('postgres').open();
  await eventually(async () => (await api.ask(routes.me, {}, api.admin)).status === 200);
  // Dropped in the middle of queries and transactions too: each ends in an answer, and the process goes on.
  for (let i = 0; i < 5; i++) {
    const busy = Array.from({ length: 12 }, (_, n) =>
      n % 2
        ? api.ask(routes.createTeam, { body: { name: `t ${i} ${n}` } }, api.admin)
        : api.ask(routes.listTeams, {}, api.admin),
    );
    await door('postgres').shut();
    for (const answer of await Promise.all(busy)) expect([200, 201, 503]).toContain(answer.status);
    await door('postgres').open();
    await eventually(async () => (await api.ask(routes.me, {}, api.admin)).status === 200);
  }
  expect((await api.get(routes.listTeams, {}, api.admin)).items.map(({ name }) => name)).not.toContain('never');
  await everythingWorks();
});

it('asks for what is needed alone, and refuses a name that it does not check', async () => {
  expect((await ready('postgres,redis')).json()).toMatchObject({ checked: ['postgres', 'redis'] });
  const typo = await ready('postgress');
  expect(parseProblem(typo)).toMatchObject({ status: 400, errors: [{ field: 'query.need' }] });
});

it('limits requests by address and by person, and says when to come back', async () => {
  const limited = await startTestApi({
    env: { RATE_LIMIT_ADDRESS_PER_MINUTE: '40', RATE_LIMIT_PRINCIPAL_PER_MINUTE: '20', TRUSTED_PROXIES: '127.0.0.1' },
  });
  try {
    const from = (address: string, token?: string) =>
      limited.ask(routes.me, {}, [
        ['x-forwarded-for', address],
        ...(token ? [['authorization', `Bearer ${token}`] as const] : []),
      ]);
    const many = await Promise.all(Array.from({ length: 50 }, () => from('198.51.100.1')));
    expect(many.filter(({ status }) => status === 429)).toHaveLength(10);
    const person_ = await Promise.all(Array.from({ length: 30 }, (_, i) => from(`198.51.100.${i + 2}`, limited.admin)));
    const refused = person_.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(10);
    expect(parseProblem(refused[0] ?? (await ready()))).toMatchObject({ code: 'too_many_requests' });
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    // Monitoring is not the client that a limit is for.
    expect((await limited.send({ method: 'GET', path: '/health/live' })).status).toBe(200);
    const metrics = await limited.send({ method: 'GET', path: '/metrics' });
    expect(metrics.text).toMatch(/jetstream_console_http_refused_total\{reason="address_limit"\} 10/);
    expect(metrics.text).toMatch(/jetstream_console_http_request_duration_seconds_bucket\{[^}]*route="me"/);
  } finally {
    await limited.stop();
  }
});
