import { jetstreamManager } from '@nats-io/jetstream';
import { apiBase, routes, urlOf } from '@jetstream-console/contract';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { makePerson, type Person } from '../setup/people';
import { eventually } from '../setup/wait';

let nats: NatsServer;
let api: TestApi;
/** The api's time runs ahead by so much. */
let ahead = 0;
beforeAll(async () => {
  nats = await startNatsServer();
  const nc = await connectTo(nats.url);
  const jsm = await jetstreamManager(nc);
  await jsm.streams.add({ name: 'ORDERS', subjects: ['orders.>'], allow_direct: true });
  await nc.close();
  api = await startTestApi({ now: () => Date.now() + ahead });
  await addCluster(api, [nats.url], { name: 'prod' });
});
afterAll(async () => {
  await api?.stop();
  await nats?.stop();
});

/** A stream that somebody listens to. */
async function listen({ token }: Person) {
  const query = { kind: 'messages', cluster: 'prod', stream: 'ORDERS' } as const;
  const { path: ticket } = await api.get(routes.createTicket, { body: { query } }, token);
  const open = { frames: 0, ended: false };
  const request = http.get(`${api.url}${apiBase}${urlOf(routes.streamTicket, { ticket })}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  request.on('error', () => undefined);
  request.on('response', (response) => {
    response.on('data', () => {
      open.frames++;
    });
    response.on('close', () => {
      open.ended = true;
    });
    response.on('error', () => undefined);
  });
  await eventually(() => open.frames > 0);
  return { open, close: () => request.destroy() };
}

const lose: [what: string, how: (person: Person) => Promise<unknown>][] = [
  ['the account', ({ id }) => api.database.query('update users set active = false where id = $1', [id])],
  [
    'the role',
    async ({ id }) => {
      const { items } = await api.get(routes.listBindings, {}, api.admin);
      for (const binding of items.filter(({ subject }) => subject.id === id))
        await api.get(routes.deleteBinding, { params: { bindingId: binding.id } }, api.admin);
    },
  ],
  ['the session', ({ token }) => api.get(routes.logout, {}, token)],
];

describe('a stream that runs', () => {
  it.each(lose)('ends within half a minute when its person loses %s', async (_, how) => {
    const [person, other] = [await makePerson(api, 'operator'), await makePerson(api, 'operator')];
    const [theirs, others] = [await listen(person), await listen(other)];
    try {
      await how(person);
      expect(theirs.open.ended).toBe(false);
      ahead += 30_000;
      await eventually(() => theirs.open.ended);
      expect(others.open.ended).toBe(false);
    } finally {
      theirs.close();
      others.close();
    }
  });
});
