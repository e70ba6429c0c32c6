import { routes } from '@jetstream-console/contract';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../setup/api';
import { addCluster } from '../setup/clusters';
import { connectTo, startNatsServer, type NatsServer } from '../setup/nats';
import { eventually } from '../setup/wait';
import { openWorkers, type Workers } from '../metrics/workers';
import { giveUp, makeMail } from './world';

let api: TestApi;
let server: NatsServer;
let nc: NatsConnection;
let workers: Workers;
beforeAll(async () => {
  [api, server] = await Promise.all([startTestApi(), startNatsServer()]);
  nc = await connectTo(server.url);
  workers = await openWorkers(api, {});
});
afterAll(async () => {
  await workers?.stop();
  await nc?.close();
  await api?.stop();
  await server?.stop();
});

it('loses none of two workers of which one is killed, and writes each once', async () => {
  const world = { js: jetstream(nc), jsm: await jetstreamManager(nc) };
  const params = { clusterId: await addCluster(api, [server.url]) };
  const spans = async () =>
    (
      await api.database.query<{ n: number }>(
        `select count(*)::int as n from dead_letter_spans where cluster_id = '${params.clusterId}'`,
      )
    )[0]?.n ?? 0;
  const [first] = await Promise.all([workers.start(), workers.start()]);
  await eventually(async () => (await spans()) === 2, 100);
  await makeMail(world, 'BUSY', 400);
  await giveUp(world, 'BUSY', 100, 'before');
  const killed = first.running.stop('SIGKILL');
  await giveUp(world, 'BUSY', 200, 'while');
  await killed;
  await giveUp(world, 'BUSY', 100, 'after');
  const found = await eventually(async () => {
    const { items } = await api.get(routes.listDeadLetters, { params, query: { limit: 1000 } }, api.admin);
    return items.length >= 400 && items;
  }, 100);
  expect(found.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
  const { collecting } = await api.get(routes.getDeadLetterSummary, { params }, api.admin);
  expect(collecting).toMatchObject({ now: true, problem: null });
  expect(collecting.gaps.filter(({ to }) => to === null)).toEqual([]);
}, 180_000);
