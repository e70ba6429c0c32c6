import type { ClickHouseClient } from '@clickhouse/client';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { apiBase, liveRoutes, routes, urlOf, type QuerySpecInput } from '@jetstream-console/contract';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encoded, ordersSet } from '../../../backend/server/src/decoders/orders.fixture';
import { uploadDescriptor } from '../decoders/world';
import { parseProblem, startTestApi, type TestApi } from '../setup/api';
import { makeTables, openClickHouse } from '../setup/clickhouse';
import { addCluster } from '../setup/clusters';
import { gatewaySignature, type Signing } from '../setup/gateway';
import { pair, person, startGrafana, type Grafana, type Paired } from '../setup/grafana';
import { bearer, type Headers } from '../setup/http';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { makeOrganization, makePerson } from '../setup/people';
import { eventually } from '../setup/wait';
import { collection, head, inAccount, insertSamples } from './samples';

let nats: NatsServer;
let nc: NatsConnection;
let api: TestApi;
let grafana: Grafana;
let paired: Paired;
let clickhouse: ClickHouseClient;
let clusterId: string;
const editor = person({ uid: 'live', login: 'leo', role: 'Editor' });

beforeAll(async () => {
  await makeTables();
  clickhouse = openClickHouse();
  nats = await startNatsServer();
  nc = await connectTo(nats.url);
  const jsm = await jetstreamManager(nc);
  await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'], allow_direct: true });
  await jetstream(nc).publish('orders.old', 'before');
  api = await startTestApi();
  grafana = await startGrafana();
  paired = await pair(api, grafana);
  clusterId = await addCluster(api, [nats.url], { name: 'prod' });
});
afterAll(async () => {
  await nc?.close();
  await api?.stop();
  await grafana?.stop();
  await nats?.stop();
  await clickhouse?.close();
});

interface Event {
  readonly schema?: { fields: { name: string; labels?: Record<string, string> }[] };
  readonly data: { values: unknown[][] };
}
interface Open {
  readonly status: number;
  readonly events: Event[];
  ended(): boolean;
  readonly text: () => string;
  close(): void;
}

/** Listens to a ticket's frames. */
function listen(path: string, headers: Headers): Promise<Open> {
  const { port } = new URL(api.url);
  return new Promise((resolve, reject) => {
    const req = http.request({ host: '127.0.0.1', port, path, headers: Object.fromEntries(headers) }, (res) => {
      const events: Event[] = [];
      let [rest, ended] = ['', false];
      res.setEncoding('utf8').on('data', (chunk: string) => {
        rest += chunk;
        for (let at = rest.indexOf('\n\n'); at >= 0; at = rest.indexOf('\n\n')) {
          events.push(liveRoutes.streamTicket.response.parse(JSON.parse(rest.slice(6, at))) as Event);
          rest = rest.slice(at + 2);
        }
      });
      const end = () => {
        ended = true;
      };
      res.on('end', end).on('close', end).on('error', end);
      resolve({
        status: res.statusCode ?? 0,
        events,
        ended: () => ended,
        text: () => rest,
        close: () => req.destroy(),
      });
    });
    req.on('error', reject);
    req.end();
  });
}

const framesPath = (ticket: string) => `${apiBase}${urlOf(routes.streamTicket, { ticket })}`;
const checkPath = (ticket: string) => `${apiBase}${urlOf(routes.checkTicket, { ticket })}`;
const ticketFor = async (query: QuerySpecInput, who: string | Headers = api.admin) =>
  (await api.get(routes.createTicket, { body: { query: query as never } }, who)).path;
const tail = { kind: 'messages', cluster: 'prod', stream: 'ORDERS' } as const;
const column = (event: Event, i: number) => event.data.values[i] ?? [];

describe('messages', () => {
  it('come as they are stored, those from before left out', async () => {
    const stream = await listen(framesPath(await ticketFor(tail)), bearer(api.admin));
    try {
      const first = await eventually(() => stream.events[0]);
      expect(first.schema?.fields.map(({ name }) => name)).toEqual(['timestamp', 'body', 'id', 'labels']);
      expect(column(first, 1)).toEqual([]);
      await jetstream(nc).publish('orders.new', 'after');
      const next = await eventually(() => stream.events[1]);
      expect(next.schema).toBeUndefined();
      expect(column(next, 1)).toEqual(['after']);
      expect(column(next, 3)).toEqual([expect.objectContaining({ subject: 'orders.new', cluster: 'prod' })]);
    } finally {
      stream.close();
    }
  });

  it('are read, and filtered, by the type that their subject is bound to', async () => {
    const { id: descriptor } = await uploadDescriptor(api, 'orders');
    const type = 'orders.v1.Order';
    const body = { subject: 'orders.typed', descriptor, type };
    await api.get(routes.createProtobufBinding, { params: { clusterId }, body }, api.admin);
    const jsonPath = "$.city == 'Osaka'";
    const stream = await listen(framesPath(await ticketFor({ ...tail, jsonPath })), bearer(api.admin));
    try {
      await eventually(() => stream.events[0]);
      for (const city of ['Oslo', 'Osaka'])
        await jetstream(nc).publish('orders.typed', encoded(ordersSet(), type, { city }));
      expect(column(await eventually(() => stream.events[1]), 1)).toEqual(['{"city":"Osaka"}']);
    } finally {
      stream.close();
    }
  });

  it('are filtered', async () => {
    const stream = await listen(
      framesPath(await ticketFor({ ...tail, subject: 'orders.eu', text: 'yes' })),
      bearer(api.admin),
    );
    try {
      await eventually(() => stream.events[0]);
      const js = jetstream(nc);
      for (const [subject, body] of [
        ['orders.us', 'yes'],
        ['orders.eu', 'no'],
        ['orders.eu', 'yes indeed'],
      ] as const)
        await js.publish(subject, body);
      const next = await eventually(() => stream.events[1]);
      expect(column(next, 1)).toEqual(['yes indeed']);
    } finally {
      stream.close();
    }
  });

  it('more than can be read are left out and counted', async () => {
    const stream = await listen(framesPath(await ticketFor(tail)), bearer(api.admin));
    try {
      await eventually(() => stream.events[0]);
      for (let i = 0; i < 5000; i++) nc.publish('orders.flood', String(i));
      await nc.flush();
      const lines = () => stream.events.slice(1).flatMap((event) => column(event, 1).map(String));
      await eventually(() => lines().includes('4999'));
      const skipped = lines().flatMap((line) => /^… ([\d,]+) messages are not shown/.exec(line)?.[1] ?? []);
      const shown = lines().filter((line) => /^\d+$/.test(line));
      const total = skipped.reduce((sum, text) => sum + Number(text.replaceAll(',', '')), 0) + shown.length;
      expect(total).toBe(5000);
      expect(shown.length).toBeLessThan(2000);
    } finally {
      stream.close();
    }
  });
});

describe('figures', () => {
  it('start with some history and go on with each bucket, once', async () => {
    const org = api.organizationId;
    const now = Date.now();
    const sample = (ms: number, lag: number) => ({
      ...head({ org, cluster: clusterId }, ms),
      ...inAccount,
      stream: 'ORDERS',
      consumer: 'c',
      num_pending: lag,
    });
    await insertSamples(clickhouse, 'cluster_samples', [
      collection({ org, cluster: clusterId }, now - 20_000, { interval: 5 }),
    ]);
    await insertSamples(clickhouse, 'consumer_metrics', [sample(now - 120_000, 1), sample(now - 60_000, 2)]);
    const stream = await listen(
      framesPath(await ticketFor({ kind: 'metrics', metric: 'lag', groupBy: ['cluster', 'stream', 'consumer'] })),
      bearer(api.admin),
    );
    try {
      const first = await eventually(() => stream.events[0]);
      expect(first.schema?.fields.map(({ name }) => name)).toEqual(['time', 'lag']);
      expect(first.schema?.fields[1]?.labels).toEqual({ cluster: 'prod', stream: 'ORDERS', consumer: 'c' });
      expect(column(first, 1)).toEqual([1, 2]);
      await insertSamples(clickhouse, 'consumer_metrics', [sample(Date.now(), 3)]);
      const next = await eventually(() => stream.events[1]);
      expect(column(next, 1)).toEqual([3]);
      expect(Number(column(next, 0)[0])).toBeGreaterThan(Number(column(first, 0).at(-1)));
    } finally {
      stream.close();
    }
  });
});

describe('a ticket', () => {
  it('is given for what one may read, and for nothing else', async () => {
    const viewer = await makePerson(api, 'viewer');
    expect(await api.refused(routes.createTicket, { body: { query: tail } }, viewer.token)).toMatchObject({
      status: 403,
    });
    expect(
      await api.refused(
        routes.createTicket,
        { body: { query: { ...tail, stream: 'NOWHERE', cluster: 'nowhere' } } },
        api.admin,
      ),
    ).toMatchObject({ status: 404 });
    expect(
      await api.refused(routes.createTicket, { body: { query: { kind: 'sql', sql: 'SELECT 1' } as never } }, api.admin),
    ).toMatchObject({ status: 400 });
    expect(await ticketFor({ kind: 'metrics', metric: 'lag' }, viewer.token)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('is nobody else’s', async () => {
    const path = await ticketFor(tail);
    const reader = await makePerson(api, 'reader');
    const other = await makeOrganization(api);
    const check = { params: { ticket: path }, body: { at: 'subscribe' as const } };
    expect((await api.get(routes.checkTicket, check, api.admin)).schema).toMatchObject({ refId: 'live' });
    expect(await api.refused(routes.checkTicket, check, reader.token)).toMatchObject({ status: 403 });
    expect(await api.refused(routes.checkTicket, check, other.admin.token)).toMatchObject({ status: 404 });
    const unknown = { ...check, params: { ticket: 'x'.repeat(43) } };
    expect(await api.refused(routes.checkTicket, unknown, api.admin)).toMatchObject({ status: 404, code: 'no_ticket' });
    expect((await listen(framesPath(path), bearer(reader.token))).status).toBe(403);
  });

  it('is stored under its hash alone, and ends', async () => {
    const path = await ticketFor(tail);
    const rows = await api.database.query<{ text: string }>('select row_to_json(t)::text as text from live_tickets t');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(path);
    await api.database.query("update live_tickets set expires_at = now() - interval '1 second'");
    expect(
      await api.refused(routes.checkTicket, { params: { ticket: path }, body: { at: 'run' } }, api.admin),
    ).toMatchObject({ status: 404 });
  });
});

describe('behind the gateway', () => {
  const by = async (token: boolean, login = editor.login): Promise<Signing> => ({
    connectionId: paired.id,
    secret: paired.gatewaySecret,
    login,
    token: token ? await grafana.token(editor, 1) : null,
  });
  const check = async (ticket: string, at: 'subscribe' | 'run', signing: Signing) => {
    const path = checkPath(ticket);
    const body = JSON.stringify({ at });
    return api.send({ method: 'POST', path, body, headers: gatewaySignature(signing, 'POST', path, body) });
  };
  const create = async (query: QuerySpecInput) => {
    const path = `${apiBase}${routes.createTicket.path}`;
    const body = JSON.stringify({ query });
    const answer = await api.send({
      method: 'POST',
      path,
      body,
      headers: gatewaySignature(await by(true), 'POST', path, body),
    });
    return routes.createTicket.response.parse(answer.json()).path;
  };

  it('the person subscribes with a token, and the stream runs on without one', async () => {
    const ticket = await create(tail);
    expect((await check(ticket, 'subscribe', await by(true))).status).toBe(200);
    expect((await check(ticket, 'run', await by(false))).status).toBe(200);
    const stream = await listen(framesPath(ticket), gatewaySignature(await by(false), 'GET', framesPath(ticket)));
    try {
      expect(stream.status).toBe(200);
      await eventually(() => stream.events[0]);
      await jetstream(nc).publish('orders.gateway', 'through');
      await eventually(() => stream.events.some((event) => column(event, 1).includes('through')));
    } finally {
      stream.close();
    }
  });

  it('nobody subscribes without a token, and no other login runs it', async () => {
    const ticket = await create(tail);
    expect(parseProblem(await check(ticket, 'subscribe', await by(false)))).toMatchObject({ status: 403 });
    for (const login of ['mallory', 'grafana_scheduler', ''])
      expect(parseProblem(await check(ticket, 'run', await by(false, login)))).toMatchObject({ status: 403 });
    const another = await pair(api, grafana, { name: 'another' });
    const foreign = { ...(await by(false)), connectionId: another.id, secret: another.gatewaySecret };
    expect(parseProblem(await check(ticket, 'run', foreign))).toMatchObject({ status: 403 });
    expect(parseProblem(await check('y'.repeat(43), 'run', await by(false)))).toMatchObject({ status: 404 });
  });

  it('holds to what the person may do now: role, account, and that Grafana still vouches', async () => {
    const ticket = await create(tail);
    expect((await check(ticket, 'run', await by(false))).status).toBe(200);
    // Demoted in Grafana: the next request with a token says so, and the stream has no token to go by.
    const demoted = { ...(await by(true)), token: await grafana.token(person({ ...editor, role: 'Viewer' }), 1) };
    const mePath = `${apiBase}${routes.me.path}`;
    expect(
      (await api.send({ method: 'GET', path: mePath, headers: gatewaySignature(demoted, 'GET', mePath) })).status,
    ).toBe(200);
    expect(parseProblem(await check(ticket, 'run', await by(false)))).toMatchObject({ status: 403 });
    expect(
      (await api.send({ method: 'GET', path: mePath, headers: gatewaySignature(await by(true), 'GET', mePath) }))
        .status,
    ).toBe(200);
    expect((await check(ticket, 'run', await by(false))).status).toBe(200);
    await api.database.query("update users set last_seen_at = now() - interval '61 minutes' where login = $1", [
      editor.login,
    ]);
    expect(parseProblem(await check(ticket, 'run', await by(false))).detail).toMatch(/has not vouched/);
    await api.database.query('update users set active = false where login = $1', [editor.login]);
    expect(parseProblem(await check(ticket, 'run', await by(false))).detail).toMatch(/switched off/);
    await api.database.query('update users set active = true where login = $1', [editor.login]);
  });
});
